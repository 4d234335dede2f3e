// bench/json.hpp                      SPDX-License-Identifier: MIT
#pragma once

#include "harness.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace bench {

nlohmann::ordered_json to_json(const Result& result);

// False, and `result` unchanged, when the text is not what to_json wrote.
bool from_json(const std::string& text, Result& result);

}  // namespace bench

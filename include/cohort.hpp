// include/cohort.hpp                      SPDX-License-Identifier: MIT
#pragma once

// Everything. Each header also stands alone.
#include <cohort/async_result.hpp>
#include <cohort/by_copy.hpp>
#include <cohort/call.hpp>
#include <cohort/crosses.hpp>
#include <cohort/errors.hpp>
#include <cohort/handle.hpp>
#include <cohort/outcome.hpp>
#include <cohort/partial.hpp>
#include <cohort/pool.hpp>
#include <cohort/process.hpp>
#include <cohort/timeout.hpp>
#include <cohort/version.hpp>

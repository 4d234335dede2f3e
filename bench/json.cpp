// bench/json.cpp                      SPDX-License-Identifier: MIT
#include "json.hpp"

namespace bench {

using Json = nlohmann::ordered_json;

Json to_json(const Result& result) {
  Json also = Json::array();
  for (const Figure& figure : result.also)
    also.push_back({{"name", figure.name}, {"value", figure.value}, {"unit", figure.unit}});
  return {{"row", result.row},
          {"unit", result.unit},
          {"ours", result.ours},
          {"peer", result.peer},
          {"peer_name", result.peer_name},
          {"ratio", result.ratio},
          {"spread", {result.ratio_low, result.ratio_high}},
          {"bar", result.bar},
          {"bar_text", result.bar_text},
          {"better", result.better == Better::higher ? "higher" : "lower"},
          {"met", result.met()},
          {"rounds", result.rounds},
          {"failure", result.failure},
          {"also", std::move(also)}};
}

bool from_json(const std::string& text, Result& result) try {
  const Json json = Json::parse(text);
  Result read = result;
  json.at("ours").get_to(read.ours);
  json.at("peer").get_to(read.peer);
  json.at("ratio").get_to(read.ratio);
  json.at("spread").at(0).get_to(read.ratio_low);
  json.at("spread").at(1).get_to(read.ratio_high);
  json.at("bar").get_to(read.bar);
  json.at("bar_text").get_to(read.bar_text);
  json.at("rounds").get_to(read.rounds);
  json.at("failure").get_to(read.failure);
  for (const Json& figure : json.at("also"))
    read.also.push_back({figure.at("name"), figure.at("value"), figure.at("unit")});
  result = std::move(read);
  return true;
} catch (const Json::exception&) {
  return false;
}

}  // namespace bench

// examples/support/fetch.cpp                            SPDX-License-Identifier: MIT
#include "fetch.hpp"

#include <curl/curl.h>
#include <memory>
#include <stdexcept>

namespace {

std::size_t append(const char* data, std::size_t size, std::size_t count, std::string* page) {
  page->append(data, size * count);
  return size * count;
}

}  // namespace

void start_fetching() { curl_global_init(CURL_GLOBAL_DEFAULT); }

std::string fetch(const std::string& url) {
  const std::unique_ptr<CURL, void (*)(CURL*)> curl(curl_easy_init(), curl_easy_cleanup);
  std::string page;
  curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_FAILONERROR, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT, 10L);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, &append);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &page);
  const CURLcode code = curl_easy_perform(curl.get());
  if (code != CURLE_OK) throw std::runtime_error(url + ": " + curl_easy_strerror(code));
  return page;
}

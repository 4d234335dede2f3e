// bench/plot.cpp                      SPDX-License-Identifier: MIT
#include "plot.hpp"

#include "report.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace bench {
namespace {

constexpr double kLeft = 320, kWidth = 420, kRight = 190, kTop = 64, kStep = 34, kBottom = 54;
constexpr double kDecade = 1;     // each side of the bar, at least
constexpr double kFurthest = 16;  // times the bar; what is further off is drawn there
constexpr const char* kGood = "#2b7a4b";
constexpr const char* kBad = "#b3362b";

// How far above its bar: 1 is on it, 2 is twice as good.
double merit(const Result& result, double ratio) {
  if (ratio <= 0 || result.bar <= 0) return 1;
  const double merit = result.better == Better::higher ? ratio / result.bar : result.bar / ratio;
  return std::clamp(merit, 1.0 / kFurthest, kFurthest);
}

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : std::string(1, c);
  return out;
}

std::string two_decimals(double value) {
  std::ostringstream text;
  text.precision(value >= 99.5 ? 0 : 2);
  text << std::fixed << value;
  return text.str();
}

class Plot {
 public:
  explicit Plot(const std::vector<Result>& results) : results_(results) {
    for (const Result& result : results_)
      for (const double ratio : {result.ratio, result.ratio_low, result.ratio_high})
        decades_ = std::max(decades_, std::fabs(std::log10(merit(result, ratio))) * 1.05);
    height_ = kTop + kStep * static_cast<double>(results_.size()) + kBottom;
  }

  std::string draw(const Environment& here) {
    open(here);
    scale();
    for (std::size_t i = 0; i < results_.size(); ++i) row(results_[i], kTop + kStep * (static_cast<double>(i) + 0.5));
    svg_ << "</svg>\n";
    return svg_.str();
  }

 private:
  double x(double merit) const { return kLeft + kWidth * (0.5 + std::log10(merit) / (2 * decades_)); }

  void text(double at, double y, const std::string& anchor, const std::string& fill, const std::string& words) {
    svg_ << "<text x=\"" << at << "\" y=\"" << y << "\" text-anchor=\"" << anchor << "\" fill=\"" << fill << "\">"
         << escaped(words) << "</text>\n";
  }

  void vertical(double at, const char* stroke, double width) {
    svg_ << "<line x1=\"" << at << "\" x2=\"" << at << "\" y1=\"" << kTop << "\" y2=\"" << height_ - kBottom
         << "\" stroke=\"" << stroke << "\" stroke-width=\"" << width << "\"/>\n";
  }

  void open(const Environment& here) {
    const double width = kLeft + kWidth + kRight;
    svg_ << "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" << width << "\" height=\"" << height_
         << "\" viewBox=\"0 0 " << width << ' ' << height_
         << "\" font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n";
    text(16, 24, "start", "#222", "cohort beside its peers: each row's ratio against its bar");
    text(16, 42, "start", "#666", here.machine + "; " + here.build);
    for (const std::string& warning : here.warnings) text(width - 16, 24, "end", kBad, warning);
  }

  void scale() {
    for (const double mark : {0.1, 0.25, 0.5, 2.0, 4.0, 10.0}) {
      if (std::fabs(std::log10(mark)) > decades_) continue;
      vertical(x(mark), "#ddd", 1);
      std::ostringstream label;
      label << mark << " ×";
      text(x(mark), height_ - kBottom + 16, "middle", "#666", label.str());
    }
    vertical(x(1), "#222", 1.5);
    text(x(1), height_ - kBottom + 16, "middle", "#222", "bar");
    text(x(1), height_ - kBottom + 36, "middle", "#666",
         "times better than the bar, logarithmic; the thin line spans the quartiles");
  }

  void row(const Result& result, double y) {
    text(kLeft - 12, y + 4, "end", "#222", result.row);
    if (!result.failure.empty()) return text(kLeft + kWidth + 12, y + 4, "start", kBad, "no figures");
    const char* colour = result.met() ? kGood : kBad;
    const double end = x(merit(result, result.ratio)), bar = x(1);
    svg_ << "<rect x=\"" << std::min(end, bar) << "\" y=\"" << y - 8 << "\" width=\"" << std::fabs(end - bar)
         << "\" height=\"16\" fill=\"" << colour << "\" fill-opacity=\"0.75\"/>\n";
    svg_ << "<line x1=\"" << x(merit(result, result.ratio_low)) << "\" x2=\"" << x(merit(result, result.ratio_high))
         << "\" y1=\"" << y << "\" y2=\"" << y << "\" stroke=\"#222\"/>\n";
    text(kLeft + kWidth + 12, y + 4, "start", colour,
         two_decimals(result.ratio) + " × (bar " + bar_words(result) + ")");
  }

  const std::vector<Result>& results_;
  double decades_ = kDecade;
  double height_ = 0;
  std::ostringstream svg_;
};

}  // namespace

void write_plot(const std::vector<Result>& results, const Environment& here, const std::string& path) {
  std::ofstream file(path);
  file << Plot(results).draw(here);
  if (!file.flush()) throw std::runtime_error("cannot write " + path);
}

}  // namespace bench

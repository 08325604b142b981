// A program of the build:  compile_models FOLDER OUT  reads the models in FOLDER once and for all and writes them to files
// in OUT, NAME.model; see compiled_models.hpp.

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>
#include <string>

#include "analysis/compiled_models.hpp"

namespace barometer {
namespace {

template <class Read>
auto model_in(const std::filesystem::path& file, Read read) {
  std::ifstream in(file, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  auto model = read(bytes, file.string());
  if (!model) throw std::runtime_error(model.error().detail);
  return std::move(*model);
}

template <class Model>
void write(const std::filesystem::path& file, const Model& model) {
  Packer pack;
  pack(model);
  std::ofstream out(file, std::ios::binary);
  if (!(out << pack.bytes << std::flush)) throw std::runtime_error(file.string() + " cannot be written");
}

void compile_models(const std::filesystem::path& from, const std::filesystem::path& to) {
  const AbuseModel abuse = model_in(from / "abuse.bin", read_abuse_model);
  LinearModel sentiment = model_in(from / "sentiment.bin", read_model);
  sentiment.carry(abuse.ngrams.all(), abuse.words.all(), abuse.known);
  write(to / "abuse.model", abuse);
  write(to / "sentiment.model", sentiment);
  write(to / "framework.model", model_in(from / "framework.bin", read_framework_model));
  const ConcernModel concerns = model_in(from / "concerns.bin", read_concern_model);
  if (!concerns.words.empty() && concerns.words.size() != sentiment.lexicon.entries().size())
    throw std::runtime_error("concerns.bin was made with another sentiment.bin: make it anew with barometer train");
  write(to / "concerns.model", concerns);
}

}  // namespace
}  // namespace barometer

int main(int count, char** words) {
  if (count != 3) {
    std::cerr << "usage: compile_models FOLDER OUT\n";
    return 2;
  }
  try {
    barometer::compile_models(words[1], words[2]);
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
  return 0;
}

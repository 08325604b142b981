#include "analysis/compiled_models.hpp"
#include "analysis/sentiment.hpp"

extern "C" const char abuse_model_begin[], abuse_model_end[];
extern "C" const char concern_model_begin[], concern_model_end[];
extern "C" const char framework_model_begin[], framework_model_end[];
extern "C" const char sentiment_model_begin[], sentiment_model_end[];

namespace barometer {
namespace {

template <class Model>
Model model_at(const char* begin, const char* end) {
  Model model;
  Unpacker unpack({begin, static_cast<std::size_t>(end - begin)});
  unpack(model);
  return model;
}

}  // namespace

std::shared_ptr<const SentimentModel> SentimentModel::built_in() {
  static const auto model =
      std::make_shared<const SentimentModel>(model_at<LinearModel>(sentiment_model_begin, sentiment_model_end));
  return model;
}

std::shared_ptr<const AbuseModel> AbuseModel::built_in() {
  static const auto model =
      std::make_shared<const AbuseModel>(model_at<AbuseModel>(abuse_model_begin, abuse_model_end));
  return model;
}

std::shared_ptr<const FrameworkModel> FrameworkModel::built_in() {
  static const auto model =
      std::make_shared<const FrameworkModel>(model_at<FrameworkModel>(framework_model_begin, framework_model_end));
  return model;
}

std::shared_ptr<const ConcernModel> ConcernModel::built_in() {
  static const auto model =
      std::make_shared<const ConcernModel>(model_at<ConcernModel>(concern_model_begin, concern_model_end));
  return model;
}

}  // namespace barometer

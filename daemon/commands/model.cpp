#include <algorithm>
#include <fstream>
#include <iostream>
#include <iterator>

#include "analysis/abuse_train.hpp"
#include "analysis/concern_train.hpp"
#include "analysis/evaluate.hpp"
#include "analysis/framework_evaluate.hpp"
#include "analysis/framework_train.hpp"
#include "analysis/judge.hpp"
#include "analysis/lexicon.hpp"
#include "analysis/train.hpp"
#include "analysis/word_vectors.hpp"
#include "daemon/commands/commands.hpp"
#include "daemon/commands/query.hpp"
#include "daemon/version.hpp"

namespace barometer {

namespace {

Result<std::string> read_file(const std::filesystem::path& name) {
  std::ifstream file(name, std::ios::binary);
  if (!file) return Failure{Remedy::ask_operator, "cannot read " + name.string() + "; check the path"};
  return std::string(std::istreambuf_iterator<char>(file), {});
}

Result<std::vector<LabelledText>> read_labelled(const std::filesystem::path& name) {
  const auto bytes = read_file(name);
  if (!bytes) return bytes.error();
  return parse_labelled_tsv(*bytes, name.string());
}

Result<Lexicon> read_lexicons(const std::vector<std::filesystem::path>& names) {
  std::vector<std::string> files;
  std::vector<WordScores> lists;
  files.reserve(names.size());  // the lists are views of them
  for (const auto& name : names) {
    auto bytes = read_file(name);
    if (!bytes) return bytes.error();
    files.push_back(std::move(*bytes));
    auto scores = parse_word_scores(files.back(), name.string());
    if (!scores) return scores.error();
    lists.push_back(std::move(*scores));
  }
  return make_lexicon(lists);
}

// The last column of each line is a text; a file that is named twice counts twice.
Result<WordVectors> learn_vectors(const std::vector<std::filesystem::path>& names) {
  WordStream stream;
  for (const auto& name : names) {
    std::ifstream file(name, std::ios::binary);
    if (!file) return Failure{Remedy::ask_operator, "cannot read " + name.string() + "; check the path"};
    for (std::string line; std::getline(file, line);) stream.add(std::string_view(line).substr(line.rfind('\t') + 1));
  }
  return learn_word_vectors(stream, {});
}

// Appends the rows of a file of the data folder.
Result<void> gather(std::vector<LabelledText>& rows, const std::filesystem::path& name) {
  auto more = read_labelled(name);
  if (!more) return more.error();
  rows.insert(rows.end(), std::make_move_iterator(more->begin()), std::make_move_iterator(more->end()));
  return {};
}

Result<std::vector<FrameworkText>> read_comments(const std::filesystem::path& name) {
  const auto bytes = read_file(name);
  if (!bytes) return bytes.error();
  return parse_framework_tsv(*bytes, name.string());
}

int write(const std::filesystem::path& name, const std::string& bytes, const std::string& said) {
  std::ofstream file(name, std::ios::binary);
  if (!(file << bytes)) return report({Remedy::ask_operator, "cannot write " + name.string()});
  std::cerr << said << ", " << bytes.size() << " bytes\n";
  return exit_done;
}

int train_themes(const ModelCommand& options) {
  std::vector<FrameworkText> comments;
  for (const char* name : {"themes/train.tsv", "themes/dev.tsv"}) {
    auto more = read_comments(options.data / name);
    if (!more) return report(more.error());
    comments.insert(comments.end(), std::make_move_iterator(more->begin()), std::make_move_iterator(more->end()));
  }
  const std::string bytes = write_framework_model(train_framework(comments, {}));
  return write(options.out, bytes, std::to_string(comments.size()) + " texts");
}

int train_sentiment(const ModelCommand& options) {
  Lessons lessons;
  for (const char* name : {"sentiment/train.tsv", "themes/train.tsv", "themes/dev.tsv"})
    if (const auto read = gather(lessons.rows, options.data / name); !read) return report(read.error());
  if (const auto read = gather(lessons.held_out, options.data / "sentiment/dev.tsv"); !read)
    return report(read.error());
  if (!options.moods.empty())
    if (const auto read = gather(lessons.moods, options.moods); !read) return report(read.error());
  for (const auto& name : options.corpus)
    if (const auto read = gather(lessons.comments, name); !read) return report(read.error());
  auto lexicon = read_lexicons(options.lexicons);
  if (!lexicon) return report(lexicon.error());
  lessons.lexicon = std::move(*lexicon);
  auto vectors = learn_vectors(options.texts);
  if (!vectors) return report(vectors.error());
  lessons.vectors = std::move(*vectors);
  const auto trained = barometer::train_sentiment(std::move(lessons), {});
  if (!trained) return report(trained.error());
  return write(options.out, write_model(trained->model),
               std::to_string(trained->texts) + " texts, " + std::to_string(trained->rounds) + " rounds");
}

Result<std::vector<ConcernText>> read_concern_posts(const std::vector<std::filesystem::path>& names) {
  std::vector<ConcernText> posts;
  for (const auto& name : names) {
    const auto bytes = read_file(name);
    if (!bytes) return bytes.error();
    auto more = parse_concern_tsv(*bytes, name.string());
    if (!more) return more.error();
    posts.insert(posts.end(), std::make_move_iterator(more->begin()), std::make_move_iterator(more->end()));
  }
  return posts;
}

// What is no concern: comments of very content patients, and every fourth tweet, which is enough.
Result<std::vector<ConcernText>> read_no_concerns(const std::filesystem::path& data) {
  const auto comments = read_labelled(data / "themes/train.tsv");
  if (!comments) return comments.error();
  const auto tweets = read_labelled(data / "sentiment/train.tsv");
  if (!tweets) return tweets.error();
  std::vector<ConcernText> posts;
  for (const LabelledText& comment : *comments)
    if (comment.level == 1) posts.push_back({.text = comment.text, .allowed = bit_of(Theme::praise), .severities = 1});
  for (std::size_t i = 0; i < tweets->size(); i += 4) posts.push_back(post_from_elsewhere((*tweets)[i].text));
  return posts;
}

ConcernModel train_with(std::vector<ConcernText> posts, const std::vector<ConcernText>& no_concerns,
                        const WordVectors& vectors) {
  posts.insert(posts.end(), no_concerns.begin(), no_concerns.end());
  return train_concerns(posts, vectors, {});
}

// First from two thirds, to say how it does on the third that it has not seen; then from all, which is written.
int train_concerns_command(const ModelCommand& options) {
  const auto posts = read_concern_posts(options.corpus);
  if (!posts) return report(posts.error());
  const auto no_concerns = read_no_concerns(options.data);
  if (!no_concerns) return report(no_concerns.error());
  const auto vectors = learn_vectors(options.texts);
  if (!vectors) return report(vectors.error());
  const ConcernSplit split = split_concerns(*posts, {});
  const auto verdicts = judge_concerns(train_with(split.learnt, *no_concerns, *vectors), split.held_back);
  std::cerr << "learnt from two thirds, on the last third:\n" << to_text(verdicts) << '\n' << rules_to_text(verdicts);
  const std::string bytes = write_concern_model(train_with(*posts, *no_concerns, *vectors));
  return write(options.out, bytes, std::to_string(posts->size() + no_concerns->size()) + " texts");
}

int evaluate_concerns_command(const ModelCommand& options) {
  const auto posts = read_concern_posts(options.files);
  if (!posts) return report(posts.error());
  const auto verdicts = judge_concerns(*ConcernModel::built_in(), *posts);
  std::cout << to_text(verdicts) << '\n' << rules_to_text(verdicts);
  return exit_done;
}

// The invented posts of these files.
Result<std::vector<CorpusPost>> read_corpus(const std::vector<std::filesystem::path>& names) {
  std::vector<CorpusPost> posts;
  for (const auto& name : names) {
    const auto bytes = read_file(name);
    if (!bytes) return bytes.error();
    auto more = parse_corpus_tsv(*bytes, name.string());
    if (!more) return more.error();
    posts.insert(posts.end(), std::make_move_iterator(more->begin()), std::make_move_iterator(more->end()));
  }
  return posts;
}

Result<std::vector<AbuseText>> read_abuse(const std::filesystem::path& name) {
  const auto bytes = read_file(name);
  if (!bytes) return bytes.error();
  return parse_abuse_tsv(*bytes, name.string());
}

int train_abuse(const ModelCommand& options) {
  AbuseLessons lessons;
  for (const char* name : {"abuse/train.tsv", "abuse/dev.tsv"}) {
    auto more = read_abuse(options.data / name);
    if (!more) return report(more.error());
    lessons.tweets.insert(lessons.tweets.end(), std::make_move_iterator(more->begin()),
                          std::make_move_iterator(more->end()));
  }
  auto corpus = read_corpus(options.corpus);
  if (!corpus) return report(corpus.error());
  lessons.corpus = std::move(*corpus);
  if (const auto read = gather(lessons.posts, options.data / "sentiment/train.tsv"); !read) return report(read.error());
  if (!options.moods.empty())
    if (const auto read = gather(lessons.moods, options.moods); !read) return report(read.error());
  auto lexicon = read_lexicons(options.lexicons);
  if (!lexicon) return report(lexicon.error());
  lessons.lexicon = std::move(*lexicon);
  auto vectors = learn_vectors(options.texts);
  if (!vectors) return report(vectors.error());
  lessons.vectors = std::move(*vectors);
  const auto trained = barometer::train_abuse(lessons, {});
  return write(
      options.out, write_abuse_model(trained.model),
      std::to_string(lessons.tweets.size()) + " tweets, macro F1 out of fold " + std::to_string(trained.macro_f1));
}

int evaluate_themes(const ModelCommand& options) {
  const auto judge = Judge::built_in();
  for (const auto& name : options.files) {
    const auto comments = read_comments(name);
    if (!comments) return report(comments.error());
    std::vector<FrameworkVerdict> verdicts;
    for (const FrameworkText& comment : *comments)
      verdicts.push_back({comment.labels, judge->judge(comment.text).assessment.themes});
    std::cout << name.string() << '\n' << to_text(evaluate_framework(verdicts));
  }
  return exit_done;
}

int evaluate_sentiment(const ModelCommand& options) {
  const auto judge = Judge::built_in();
  for (const auto& name : options.files) {
    const auto rows = read_labelled(name);
    if (!rows) return report(rows.error());
    std::vector<Verdict> classes;
    std::vector<Verdict> levels;
    for (const LabelledText& row : *rows) {
      const Assessment said = judge->judge(row.text).assessment;
      classes.push_back({static_cast<std::size_t>(row.label), static_cast<std::size_t>(said.sentiment)});
      // A text that is not judged, being in another language, counts as neutral.
      if (row.level > 0)
        levels.push_back({static_cast<std::size_t>(row.level - 1),
                          static_cast<std::size_t>((said.level == 0 ? 3 : said.level) - 1)});
    }
    const auto evaluation = evaluate(classes, sentiment_classes);
    std::cout << name.string() << '\n'
              << to_text(evaluation) << "F1-PN         "
              << (f1_of(evaluation.confusion, 0) + f1_of(evaluation.confusion, 2)) / 2 << '\n';
    if (!levels.empty()) std::cout << "\nfive levels\n" << to_text(evaluate(levels, level_classes));
  }
  return exit_done;
}

int evaluate_abuse(const ModelCommand& options) {
  const auto judge = Judge::built_in();
  for (const auto& name : options.files) {
    const auto texts = read_abuse(name);
    if (!texts) return report(texts.error());
    std::vector<Verdict> verdicts;
    for (const AbuseText& text : *texts)
      verdicts.push_back({text.abusive ? 1u : 0u, judge->judge(text.text).assessment.abusive ? 1u : 0u});
    std::cout << name.string() << '\n' << to_text(evaluate(verdicts, abuse_classes));
  }
  return exit_done;
}

// Of posts that more than one voice could have written, any is right.
int evaluate_voice(const ModelCommand& options) {
  const auto posts = read_corpus(options.files);
  if (!posts) return report(posts.error());
  const auto judge = Judge::built_in();
  std::vector<Verdict> verdicts;
  for (const CorpusPost& post : *posts) {
    const Voice said = judge->judge(post.text).assessment.voice;
    const bool right = std::ranges::find(post.voices, said) != post.voices.end();
    verdicts.push_back({static_cast<std::size_t>(right ? said : post.voices.front()), static_cast<std::size_t>(said)});
  }
  std::cout << to_text(evaluate(verdicts, voice_classes));
  return exit_done;
}

}  // namespace

int train_command(const ModelCommand& options) {
  if (options.task == "concerns") return train_concerns_command(options);
  if (options.task == "abuse") return train_abuse(options);
  return options.task == "themes" ? train_themes(options) : train_sentiment(options);
}

int evaluate_command(const ModelCommand& options) {
  if (options.task == "issues") return evaluate_issues_command(options);
  if (options.files.empty()) {
    std::cerr << "barometer: evaluate " << options.task << " wants labelled TSV files\n";
    return exit_usage;
  }
  if (options.task == "concerns") return evaluate_concerns_command(options);
  if (options.task == "abuse") return evaluate_abuse(options);
  if (options.task == "voice") return evaluate_voice(options);
  return options.task == "themes" ? evaluate_themes(options) : evaluate_sentiment(options);
}

int version_command() {
  std::cout << "barometer " << version << "\nrevision " << revision << "\ncompiler " << compiler << "\nmodel "
            << Judge::built_in()->model_version() << "\ntaxonomy " << taxonomy_version << '\n';
  return exit_done;
}

}  // namespace barometer

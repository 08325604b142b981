// Kills a process that writes to a store, at named points of what it does to the disk and at random moments, and each time
// compares what is there with what was acknowledged: each step of its life is wholly there or absent, and none is lost.
//
//   storage_kills [KILLS [SEED]]       50 kills unless told
#include <csignal>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <map>
#include <random>
#include <set>
#include <spawn.h>
#include <stdexcept>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "tests/storage/killing_disk.hpp"
#include "tests/storage/samples.hpp"
#include "tests/support/temp_dir.hpp"

namespace barometer {
namespace {

constexpr int steps_of_a_life = 40;
constexpr int kills_of_a_store = 50;
constexpr std::array vocabulary{"trolley", "ward", "bell", "staff", "hours", "nobody", "tea", "pain"};

// Step `number` of the life of a store: the same whoever asks. Ids are those of posts made before, too, so that some are edits.
struct Step {
  std::vector<Entry> entries = {};
  std::optional<Erasure> erasure = {};
};

Step step_of(int number) {
  std::mt19937 chance{static_cast<unsigned>(number)};
  const auto below = [&](int bound) { return static_cast<int>(chance() % static_cast<unsigned>(bound)); };
  const auto some_id = [&] { return "post " + std::to_string(below(number * 8 + 8)); };
  Step step;
  if (number % 17 == 16) {
    step.erasure = {ErasureKind::url, some_id()};
    return step;
  }
  for (int left = 1 + below(30); left > 0; --left) {
    if (below(10) == 0) {
      step.entries.push_back(tombstone(some_id(), evening + number));
      continue;
    }
    std::string text = "Step " + std::to_string(number);
    for (int more = below(20); more >= 0; --more)
      text += std::string(" ") + vocabulary[static_cast<std::size_t>(below(vocabulary.size()))];
    auto entry = heard(some_id(), evening + number % 5000, static_cast<Sentiment>(below(3)));
    entry.post.edited_at = at_minute(evening + number);
    entry.post.text = std::move(text);
    step.entries.push_back(std::move(entry));
  }
  return step;
}

// What should be kept after some steps: texts by id.
class Model {
 public:
  void live(int number) {
    const auto step = step_of(number);
    if (step.erasure) gone_.insert(step.erasure->what), texts_.erase(step.erasure->what);
    for (const auto& entry : step.entries) {
      if (gone_.contains(entry.post.id)) continue;
      if (entry.post.deleted) {
        gone_.insert(entry.post.id), texts_.erase(entry.post.id);
        continue;
      }
      texts_[entry.post.id] = entry.post.text;
    }
  }
  const std::map<std::string, std::string>& texts() const { return texts_; }

 private:
  std::map<std::string, std::string> texts_;
  std::set<std::string> gone_;
};

std::map<std::string, std::string> texts_of(const Store& store, const PostFilter& filter = {}) {
  std::map<std::string, std::string> texts;
  for (const auto& kept : all_posts(store, filter)) texts[kept.post.id] = kept.post.text;
  return texts;
}

// The life: from a step on; each step that is durable is told on standard output, by its number.
int live(const std::string& folder, int from, const std::string& point, int time) {
  KillingDisk disk{point, time};
  auto store = Store::open({.path = folder, .env = &disk}).value();
  for (int number = from; number < from + steps_of_a_life; ++number) {
    const auto step = step_of(number);
    auto batch = page(step.entries, std::to_string(number));
    if (step.erasure) {
      const std::vector<Erasure> what{*step.erasure};
      if (!store->forget(what, {}, at_minute(evening + number)).value().finished) return 1;
    }
    commit(*store, batch);
    std::cout << number << std::endl;
  }
  return 0;
}

void require(bool held, const std::string& what) {
  if (!held) throw std::runtime_error(what);
}

// Runs a life until it ends; gives the last step that it acknowledged. `after`: killed from outside then.
int run(const std::string& folder, int from, const std::string& point, int time, std::chrono::milliseconds after,
        bool& killed) {
  int ends[2] = {};
  require(::pipe(ends) == 0, "no pipe");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
  posix_spawn_file_actions_addclose(&actions, ends[0]);
  std::vector<std::string> spoken{"storage_kills", "live", folder, std::to_string(from), point, std::to_string(time)};
  std::vector<char*> arguments;
  for (auto& word : spoken) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_t process = 0;
  require(::posix_spawn(&process, "/proc/self/exe", &actions, nullptr, arguments.data(), environ) == 0, "no process");
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  std::jthread killer;
  if (after.count() > 0)
    killer = std::jthread([process, after] {
      std::this_thread::sleep_for(after);
      ::kill(process, SIGKILL);
    });
  int last = from - 1;
  std::FILE* told = ::fdopen(ends[0], "r");
  while (std::fscanf(told, "%d", &last) == 1) {
  }
  std::fclose(told);
  if (killer.joinable()) killer.join();
  int status = 0;
  ::waitpid(process, &status, 0);
  killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
  require(killed || (WIFEXITED(status) && WEXITSTATUS(status) == 0), "the life ended by itself, at " + point);
  return last;
}

// Which step the store stands at: the acknowledged one or the next, of which nothing was told.
int check(const std::string& folder, Model& model, int acknowledged) {
  const auto store = Store::open({.path = folder}).value();
  const auto kept = texts_of(*store);
  const auto cursor = store->cursor("social.example").value().bytes;
  int at = acknowledged;
  if (cursor == std::to_string(at + 1) || kept != model.texts()) model.live(++at);
  require(kept == model.texts(),
          "after step " + std::to_string(acknowledged) + " neither it nor the next is what is there");
  // An erasure is done before its cursor is written.
  require(cursor == std::to_string(at) || at < 0 || step_of(at).erasure,
          "the cursor stands at '" + cursor + "', not at " + std::to_string(at));
  require(differences(*store).empty(), "verify: " + differences(*store));
  std::map<std::string, std::string> said;
  for (const auto& [id, text] : kept)
    if ((text + ' ').find(" trolley ") != std::string::npos) said[id] = text;
  require(texts_of(*store, {.phrases = {"trolley"}}) == said, "the index of words finds something else");
  return at;
}

int kill_often(int kills, unsigned seed) {
  std::mt19937 chance{seed};
  const auto points = KillingDisk::points();
  std::map<std::string, int> killed_at;
  int done = 0, unharmed = 0, in_doubt = 0, stores = 0, steps = 0;
  while (done < kills) {
    const TempDir folder;
    ++stores;
    Model model;
    int at = -1;
    for (int here = 0; here < kills_of_a_store && done < kills;) {
      const bool anywhere = chance() % 4 == 0;
      std::string point = "anywhere";
      while (!anywhere &&
             (point == "anywhere" || (chance() % 2 == 0 && !point.starts_with("log."))))  // commits the most
        point = points[chance() % points.size()];
      const int time = 1 + static_cast<int>(chance() % (point.starts_with("log.") ? 30 : 6));
      const std::chrono::milliseconds after{anywhere ? 1 + chance() % 300 : 0};
      bool killed = false;
      const int acknowledged = run(folder.path().string() + "/store", at + 1, point, time, after, killed);
      for (int number = at + 1; number <= acknowledged; ++number) model.live(number);
      try {
        at = check(folder.path().string() + "/store", model, acknowledged);
      } catch (const std::exception& difference) {
        std::cerr << "killed at " << point << ", time " << time << ", seed " << seed << ": " << difference.what()
                  << '\n';
        return 1;
      }
      in_doubt += at > acknowledged;
      if (!killed) {
        ++unharmed;
        continue;
      }
      ++killed_at[point];
      ++done, ++here;
    }
    steps += at + 1;
  }
  for (const auto& [point, times] : killed_at) std::cout << times << ' ' << point << '\n';
  std::cout << done << " kills at " << killed_at.size() << " points, of " << stores << " stores in " << steps
            << " steps; " << in_doubt << " times the step under way was there; " << unharmed
            << " lives met their point never\n";
  return 0;
}

}  // namespace
}  // namespace barometer

int main(int count, char** words) {
  if (count == 6 && std::strcmp(words[1], "live") == 0)
    return barometer::live(words[2], std::stoi(words[3]), words[4], std::stoi(words[5]));
  return barometer::kill_often(count > 1 ? std::stoi(words[1]) : 50,
                               count > 2 ? static_cast<unsigned>(std::stoi(words[2])) : 20261122);
}

#pragma once

#include <atomic>
#include <string>
#include <vector>

#include <rocksdb/env.h>

namespace barometer {

// The disk of this machine, on which the process is killed (SIGKILL) at a named point: "FILE.OPERATION.MOMENT".
//   FILE       log, table, manifest, current, other
//   OPERATION  create, append, sync, rename, delete
//   MOMENT     before, inside (half of what was to be appended is written), after
// What it had written stays with the operating system, as after any end of a process.
class KillingDisk : public rocksdb::EnvWrapper {
 public:
  // At the `time`-th time that the point is come by.
  KillingDisk(std::string point, int time)
      : EnvWrapper(rocksdb::Env::Default()), point_(std::move(point)), left_(time) {}

  static std::vector<std::string> points();
  // Ends the process if this is the point, and the time.
  void pass(const std::string& file, const char* operation, const char* moment);
  bool is(const std::string& file, const char* operation, const char* moment) const;

  rocksdb::Status NewWritableFile(const std::string& name, std::unique_ptr<rocksdb::WritableFile>* file,
                                  const rocksdb::EnvOptions& options) override;
  rocksdb::Status RenameFile(const std::string& from, const std::string& to) override;
  rocksdb::Status DeleteFile(const std::string& name) override;

 private:
  std::string point_;
  std::atomic<int> left_;
};

}  // namespace barometer

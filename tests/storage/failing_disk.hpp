#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include <rocksdb/env.h>

namespace barometer {

// A disk in memory that fails when told, and forgets at a crash what it was not told to keep. It counts every operation
// that changes it (create, append, sync, rename, delete).
class FailingDisk : public rocksdb::EnvWrapper {
 public:
  enum class Fault {
    once,   // one operation fails and changes nothing; the disk is well again
    torn,   // likewise, but half of what was to be appended is there
    full,   // it and all that follow fail for want of space, until heal()
    crash,  // it and all that follow fail, until reboot()
  };

  FailingDisk() : FailingDisk(std::unique_ptr<rocksdb::Env>(rocksdb::NewMemEnv(rocksdb::Env::Default()))) {}

  void fail_at(int operation, Fault fault);  // the next operation is number 1
  bool has_failed() const { return failed_; }
  void heal();
  // After a crash: of each file what was synced remains, and the first half of what was not.
  void reboot();

  rocksdb::Status NewWritableFile(const std::string& name, std::unique_ptr<rocksdb::WritableFile>* file,
                                  const rocksdb::EnvOptions& options) override;
  rocksdb::Status RenameFile(const std::string& from, const std::string& to) override;
  rocksdb::Status DeleteFile(const std::string& name) override;

 private:
  friend class FailingFile;
  explicit FailingDisk(std::unique_ptr<rocksdb::Env> memory) : EnvWrapper(memory.get()), memory_(std::move(memory)) {}
  // What the operation at hand should answer before it does anything.
  rocksdb::Status next(bool* torn = nullptr);

  std::unique_ptr<rocksdb::Env> memory_;
  std::mutex lock_;
  int until_fault_ = 0;
  Fault fault_ = Fault::once;
  bool down_ = false;
  std::atomic<bool> failed_ = false;
  std::map<std::string, std::uint64_t> synced_;  // bytes of each file that survive a crash
};

}  // namespace barometer

#include "tests/storage/killing_disk.hpp"

#include <csignal>
#include <unistd.h>

namespace barometer {

namespace {

const char* kind_of(const std::string& name) {
  const auto file = name.substr(name.rfind('/') + 1);
  if (file.ends_with(".log")) return "log";
  if (file.ends_with(".sst")) return "table";
  if (file.starts_with("MANIFEST")) return "manifest";
  if (file == "CURRENT" || file.ends_with(".dbtmp")) return "current";
  return "other";
}

class File : public rocksdb::WritableFileWrapper {
 public:
  File(KillingDisk& disk, std::string name, std::unique_ptr<rocksdb::WritableFile> file)
      : WritableFileWrapper(file.get()), disk_(disk), name_(std::move(name)), file_(std::move(file)) {}

  rocksdb::Status Append(const rocksdb::Slice& data) override {
    disk_.pass(name_, "append", "before");
    if (disk_.is(name_, "append", "inside")) {
      if (auto half = file_->Append({data.data(), data.size() / 2}); !half.ok()) return half;
      disk_.pass(name_, "append", "inside");
      return file_->Append({data.data() + data.size() / 2, data.size() - data.size() / 2});
    }
    const auto appended = file_->Append(data);
    disk_.pass(name_, "append", "after");
    return appended;
  }
  rocksdb::Status Append(const rocksdb::Slice& data, const rocksdb::DataVerificationInfo&) override {
    return Append(data);
  }
  rocksdb::Status Sync() override {
    disk_.pass(name_, "sync", "before");
    const auto synced = file_->Sync();
    disk_.pass(name_, "sync", "after");
    return synced;
  }
  rocksdb::Status Fsync() override { return Sync(); }

 private:
  KillingDisk& disk_;
  std::string name_;
  std::unique_ptr<rocksdb::WritableFile> file_;
};

}  // namespace

std::vector<std::string> KillingDisk::points() {
  std::vector<std::string> all;
  for (const std::string file : {"log", "table", "manifest", "current"})
    for (const std::string operation : {"create", "append", "sync", "rename", "delete"})
      for (const std::string moment : {"before", "inside", "after"}) {
        if ((operation == "append") < (moment == "inside")) continue;
        if ((operation == "rename") != (file == "current") && (operation == "rename" || operation == "delete"))
          continue;
        all.push_back(file + '.' + operation + '.' + moment);
      }
  return all;
}

bool KillingDisk::is(const std::string& file, const char* operation, const char* moment) const {
  return point_ == std::string(kind_of(file)) + '.' + operation + '.' + moment;
}

void KillingDisk::pass(const std::string& file, const char* operation, const char* moment) {
  if (is(file, operation, moment) && --left_ == 0) ::kill(::getpid(), SIGKILL);
}

rocksdb::Status KillingDisk::NewWritableFile(const std::string& name, std::unique_ptr<rocksdb::WritableFile>* file,
                                             const rocksdb::EnvOptions& options) {
  pass(name, "create", "before");
  std::unique_ptr<rocksdb::WritableFile> inner;
  if (auto made = target()->NewWritableFile(name, &inner, options); !made.ok()) return made;
  pass(name, "create", "after");
  *file = std::make_unique<File>(*this, name, std::move(inner));
  return rocksdb::Status::OK();
}

rocksdb::Status KillingDisk::RenameFile(const std::string& from, const std::string& to) {
  pass(to, "rename", "before");
  const auto renamed = target()->RenameFile(from, to);
  pass(to, "rename", "after");
  return renamed;
}

rocksdb::Status KillingDisk::DeleteFile(const std::string& name) {
  pass(name, "delete", "before");
  const auto deleted = target()->DeleteFile(name);
  pass(name, "delete", "after");
  return deleted;
}

}  // namespace barometer

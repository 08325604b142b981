#include "tests/storage/failing_disk.hpp"

#include <stdexcept>

namespace barometer {

class FailingFile : public rocksdb::WritableFileWrapper {
 public:
  FailingFile(FailingDisk& disk, std::string name, std::unique_ptr<rocksdb::WritableFile> file)
      : WritableFileWrapper(file.get()), disk_(disk), name_(std::move(name)), file_(std::move(file)) {}

  rocksdb::Status Append(const rocksdb::Slice& data) override {
    bool torn = false;
    const auto status = disk_.next(&torn);
    const rocksdb::Slice written{data.data(), torn ? data.size() / 2 : data.size()};
    if (!status.ok() && !torn) return status;
    const auto appended = file_->Append(written);
    if (appended.ok()) size_ += written.size();
    return status.ok() ? appended : status;
  }
  rocksdb::Status Append(const rocksdb::Slice& data, const rocksdb::DataVerificationInfo&) override {
    return Append(data);
  }
  rocksdb::Status Sync() override {
    if (auto status = disk_.next(); !status.ok()) return status;
    const std::lock_guard lock{disk_.lock_};
    disk_.synced_[name_] = size_;
    return file_->Sync();
  }
  rocksdb::Status Fsync() override { return Sync(); }

 private:
  FailingDisk& disk_;
  std::string name_;
  std::unique_ptr<rocksdb::WritableFile> file_;
  std::uint64_t size_ = 0;
};

void FailingDisk::fail_at(int operation, Fault fault) {
  const std::lock_guard lock{lock_};
  until_fault_ = operation;
  fault_ = fault;
  failed_ = false;
}

void FailingDisk::heal() {
  const std::lock_guard lock{lock_};
  down_ = false;
  until_fault_ = 0;
}

rocksdb::Status FailingDisk::next(bool* torn) {
  const std::lock_guard lock{lock_};
  const bool now = until_fault_ > 0 && --until_fault_ == 0;
  if (now) failed_ = true;
  if (now && (fault_ == Fault::full || fault_ == Fault::crash)) down_ = true;
  if (torn != nullptr && now && fault_ == Fault::torn) *torn = true;
  if (!now && !down_) return rocksdb::Status::OK();
  return fault_ == Fault::full ? rocksdb::Status::NoSpace("injected") : rocksdb::Status::IOError("injected");
}

void FailingDisk::reboot() {
  heal();
  for (const auto& [name, synced] : synced_) {
    std::string bytes;
    if (!rocksdb::ReadFileToString(target(), name, &bytes).ok()) continue;
    bytes.resize(synced + (bytes.size() - synced) / 2);
    if (!rocksdb::WriteStringToFile(target(), bytes, name).ok()) throw std::runtime_error("cannot truncate " + name);
  }
}

rocksdb::Status FailingDisk::NewWritableFile(const std::string& name, std::unique_ptr<rocksdb::WritableFile>* file,
                                             const rocksdb::EnvOptions& options) {
  if (auto status = next(); !status.ok()) return status;
  std::unique_ptr<rocksdb::WritableFile> inner;
  if (auto status = target()->NewWritableFile(name, &inner, options); !status.ok()) return status;
  *file = std::make_unique<FailingFile>(*this, name, std::move(inner));
  const std::lock_guard lock{lock_};
  synced_[name] = 0;
  return rocksdb::Status::OK();
}

rocksdb::Status FailingDisk::RenameFile(const std::string& from, const std::string& to) {
  if (auto status = next(); !status.ok()) return status;
  const std::lock_guard lock{lock_};
  if (auto moved = synced_.extract(from)) {
    synced_.erase(to);
    moved.key() = to;
    synced_.insert(std::move(moved));
  }
  return target()->RenameFile(from, to);
}

rocksdb::Status FailingDisk::DeleteFile(const std::string& name) {
  if (auto status = next(); !status.ok()) return status;
  const std::lock_guard lock{lock_};
  synced_.erase(name);
  return target()->DeleteFile(name);
}

}  // namespace barometer

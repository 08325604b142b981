#include <algorithm>

#include <rocksdb/utilities/backup_engine.h>

#include "storage/bytes.hpp"
#include "storage/codec_parts.hpp"
#include "storage/rocks_store.hpp"

namespace barometer {

namespace {

namespace fs = std::filesystem;

Failure not_backed_up(const fs::path& folder, const std::string& why) {
  return {Remedy::ask_operator, "no backup was made in " + folder.string() + ": " + why};
}

Failure not_restored(const std::string& why) { return {Remedy::ask_operator, "nothing was restored: " + why}; }

rocksdb::BackupEngineOptions engine_options(const fs::path& folder) {
  rocksdb::BackupEngineOptions options{folder.string()};
  options.share_table_files = true;
  options.sync = true;
  return options;
}

bool inside(const fs::path& folder, const fs::path& other) {
  std::error_code odd;
  const auto outer = fs::weakly_canonical(other, odd);
  const auto inner = fs::weakly_canonical(folder, odd);
  const auto [rest, end] = std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end());
  return rest == outer.end();
}

// For its owner only, whatever the umask.
std::error_code make_folder(const fs::path& folder) {
  std::error_code odd;
  if (fs::create_directories(folder, odd)) fs::permissions(folder, fs::perms::owner_all, odd);
  return odd;
}

// Files that are not the database's own. One that is missing here goes there too: a key that was destroyed stays destroyed.
Result<void> copy_beside(const std::vector<std::string>& names, const fs::path& from, const fs::path& to) {
  std::error_code odd;
  for (const auto& name : names) {
    fs::remove(to / name, odd);
    if (!fs::exists(from / name, odd)) continue;
    if (!fs::copy_file(from / name, to / name, fs::copy_options::overwrite_existing, odd))
      return Failure{Remedy::ask_operator, "cannot copy " + (from / name).string() + " to " + to.string() + " (" +
                                               odd.message() + "): check the owner and the space on the disk"};
    fs::permissions(to / name, fs::perms::owner_read | fs::perms::owner_write, odd);
  }
  return {};
}

std::string encode_folders(const std::vector<std::string>& folders) {
  std::string out{record_version};
  for (const auto& folder : folders) put_text(out, folder);
  return out;
}

}  // namespace

Result<std::vector<std::string>> RocksStore::backup_folders(const OpenDb& db) const {
  std::vector<std::string> folders;
  std::string value;
  const auto found = db.get(Family::meta, "backups", &value);
  if (found.IsNotFound()) return folders;
  if (!found.ok()) return failed(found);
  ByteReader in{value};
  if (in.byte() != record_version) return unreadable("list of backups");
  while (in.good() && !in.at_end()) folders.push_back(in.text());
  if (!in.good()) return unreadable("list of backups");
  return folders;
}

Result<void> RocksStore::tell_all_backups(Deletion& deletion) {
  const auto db = reading();
  if (!db) return db.error();
  const auto folders = backup_folders(**db);
  if (!folders) return folders.error();
  const auto set = erased();
  for (const auto& folder : *folders)
    if (!tell_backups(folder, *set)) deletion.untold.push_back(folder);
  return {};
}

Result<BackupMade> RocksStore::backup(const BackupOrder& order) {
  if (inside(order.to, settings_.path))
    return not_backed_up(order.to, "it lies in the store itself; name a folder elsewhere, best on another disk");
  if (const auto odd = make_folder(order.to))
    return not_backed_up(order.to, odd.message() + "; make the folder, or name another");
  rocksdb::BackupEngine* opened = nullptr;
  auto done = rocksdb::BackupEngine::Open(engine_options(order.to), rocksdb::Env::Default(), &opened);
  const std::unique_ptr<rocksdb::BackupEngine> engine{opened};
  if (!done.ok()) return disk_failure(done, order.to.string());
  rocksdb::BackupID number = 0;
  {
    const std::lock_guard turn{writing_};  // the folder is on the list before there is a backup in it
    const auto db = ready_to_write();
    if (!db) return db.error();
    auto folders = backup_folders(**db);
    if (!folders) return folders.error();
    std::error_code odd;
    const auto folder = fs::weakly_canonical(order.to, odd).string();
    if (std::find(folders->begin(), folders->end(), folder) == folders->end()) {
      folders->push_back(folder);
      rocksdb::WriteBatch batch;
      batch.Put((*db)->of(Family::meta), "backups", encode_folders(*folders));
      if (const auto written = write(**db, batch); !written) return written.error();
    }
  }
  const auto db = reading();
  if (!db) return db.error();
  rocksdb::CreateBackupOptions options;
  options.flush_before_backup = true;
  done = engine->CreateNewBackup(options, (*db)->operator->(), &number);
  if (done.ok()) done = engine->VerifyBackup(number, true);
  if (done.ok()) done = engine->PurgeOldBackups(static_cast<std::uint32_t>(std::max<std::size_t>(order.keep, 1)));
  if (!done.ok()) return disk_failure(done, order.to.string());
  if (const auto copied = copy_beside(order.beside, settings_.path, order.to); !copied) return copied.error();
  if (!tell_backups(order.to, *erased()))
    return not_backed_up(
        order.to,
        "the list of what was forgotten cannot be written there: check its owner and mode; if the folder holds "
        "another store's backups, name one of its own");
  BackupMade made{.number = number};
  std::vector<rocksdb::BackupInfo> backups;
  engine->GetBackupInfo(&backups);
  made.kept = backups.size();
  for (const auto& backup : backups) {
    if (backup.backup_id != number) continue;
    made.bytes = backup.size;
    made.files = backup.number_files;
  }
  return made;
}

namespace {

Result<std::uint32_t> copy_out(const RestoreOrder& order, const fs::path& to) {
  std::error_code odd;
  if (!fs::is_directory(order.from / "meta", odd))
    return not_restored("there is no backup in " + order.from.string() + "; name the folder that 'backup' was given");
  rocksdb::BackupEngineReadOnly* opened = nullptr;
  auto done = rocksdb::BackupEngineReadOnly::Open(engine_options(order.from), rocksdb::Env::Default(), &opened);
  const std::unique_ptr<rocksdb::BackupEngineReadOnly> engine{opened};
  if (!done.ok()) return disk_failure(done, order.from.string());
  std::vector<rocksdb::BackupInfo> backups;
  engine->GetBackupInfo(&backups);
  if (backups.empty()) return not_restored("there is no whole backup in " + order.from.string());
  const auto number = order.number != 0 ? order.number : backups.back().backup_id;
  done = engine->VerifyBackup(number, true);
  if (done.IsNotFound())
    return not_restored("there is no backup number " + std::to_string(number) + " in " + order.from.string());
  if (done.ok()) done = engine->RestoreDBFromBackup(number, to.string(), to.string());
  if (!done.ok()) return disk_failure(done, order.from.string());
  return number;
}

// Opens what was copied out, which brings it up to date; forgets again; recounts everything.
Result<Restored> make_ready(const RestoreOrder& order, const fs::path& store) {
  const auto erasures = ledger_of(order.from);
  if (!erasures) return erasures.error();
  auto opened = Store::open({.path = store});
  if (!opened) return opened.error();
  auto& rocks = static_cast<RocksStore&>(**opened);
  Restored restored;
  if (!erasures->empty()) {
    const auto forgotten = rocks.forget_again(*erasures, order.now);
    if (!forgotten) return forgotten.error();
    restored.forgotten = forgotten->taken;
  }
  const auto verified = rocks.verify({.progress = order.progress});
  if (!verified) return verified.error();
  if (!verified->differences.empty())
    return not_restored("the backup does not add up (" + verified->differences.front().what +
                        "); take an older one with --number");
  restored.posts = verified->posts;
  return restored;
}

}  // namespace

// Made beside its place and moved there when all is well, so that a restore that was cut short leaves no half store.
Result<Restored> restore_store(const RestoreOrder& order) {
  std::error_code odd;
  if (fs::exists(order.to, odd) && !fs::is_empty(order.to, odd))
    return not_restored(
        "there is something at " + order.to.string() +
        " already, which is never overwritten: stop barometer and move it away, or name another folder");
  auto draft = fs::absolute(order.to, odd).lexically_normal();
  if (draft.filename().empty()) draft = draft.parent_path();
  const auto place = draft;
  draft += ".restoring";
  fs::remove_all(draft, odd);  // of a restore that was cut short
  if (const auto wrong = make_folder(draft))
    return not_restored(draft.string() + " cannot be made (" + wrong.message() + "); check the owner of the folder");
  const auto number = copy_out(order, draft);
  auto restored = number ? make_ready(order, draft) : Result<Restored>{number.error()};
  if (restored)
    if (const auto copied = copy_beside(order.beside, order.from, draft); !copied) restored = copied.error();
  if (restored) {
    fs::remove(place, odd);  // an empty folder
    fs::rename(draft, place, odd);
    if (odd) restored = not_restored("cannot move it to " + place.string() + " (" + odd.message() + ")");
  }
  if (!restored) {
    fs::remove_all(draft, odd);
    return restored;
  }
  restored->number = *number;
  return restored;
}

}  // namespace barometer

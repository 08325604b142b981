#include "daemon/channels/mail_channel.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <utility>

#include "connectors/run_on.hpp"
#include "daemon/mail_message.hpp"
#include "daemon/smtp_transfer.hpp"

namespace barometer {
namespace {

Result<std::string> password_of(const MailConfig& config) {
  if (config.user.empty()) return std::string{};
  std::ifstream file{config.password_file, std::ios::binary};
  std::string out{std::istreambuf_iterator<char>{file}, {}};
  out.erase(std::min(out.find_last_not_of("\r\n") + 1, out.size()));
  if (!file.bad() && !out.empty()) return out;
  return Failure{
      Remedy::ask_operator,
      "the file in mail.password_file cannot be read or is empty: put the password in it and let the daemon read it",
      {}};
}

class SmtpSending : public Sending {
 public:
  SmtpSending(std::shared_ptr<SmtpTransfer> transfer, asio::thread_pool& blocking)
      : transfer_(std::move(transfer)), blocking_(blocking) {}

  asio::awaitable<Attempt> perform() override {
    auto send = [transfer = transfer_] {
      transfer->perform();
      return Attempt{transfer->given_up(), transfer->fault()};
    };
    co_return co_await run_on(blocking_, std::move(send));
  }
  void abort() override { transfer_->abort(); }

 private:
  std::shared_ptr<SmtpTransfer> transfer_;
  asio::thread_pool& blocking_;
};

}  // namespace

Begun begin_mail(const Outgoing& message, const Config& config, asio::thread_pool& blocking) {
  const auto& last = message.alerts.back();
  const MailEnvelope envelope{config.mail.from, message.recipient.address, message.recipient.name, last.id,
                              last.thread};
  auto written = mail_message(message.body, envelope, message.now);
  if (!written) return {nullptr, SendFault{SendReason::settings, false, written.error().detail, {}}};
  const auto password = password_of(config.mail);
  if (!password) return {nullptr, SendFault{SendReason::settings, true, password.error().detail, {}}};
  auto transfer = std::make_shared<SmtpTransfer>(config.mail, *password, std::move(*written));
  return {std::make_unique<SmtpSending>(std::move(transfer), blocking), {}};
}

}  // namespace barometer

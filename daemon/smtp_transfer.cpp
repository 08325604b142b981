#include "daemon/smtp_transfer.hpp"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <new>
#include <string_view>
#include <utility>

#include <curl/curl.h>

namespace barometer {
namespace {

constexpr int goodbye = 221;
constexpr int done = 250;
constexpr int go_on_with_data = 354;

}  // namespace

struct SmtpTransfer::Parts {
  CURL* easy = nullptr;
  curl_slist* to = nullptr;
  MailMessage message = {};
  std::size_t read = 0;
  SmtpReplies replies = {};
  std::optional<std::chrono::steady_clock::time_point> taken = {};  // when the server took charge of the message
  std::atomic<bool> aborted = false;
  int outcome = CURLE_FAILED_INIT;

  ~Parts() {
    curl_easy_cleanup(easy);
    curl_slist_free_all(to);
  }

  static std::size_t on_read(char* into, std::size_t size, std::size_t count, void* self) {
    auto& parts = *static_cast<Parts*>(self);
    const auto piece = parts.message.text.copy(into, size * count, parts.read);
    parts.read += piece;
    return piece;
  }

  // curl hands every line of a server's replies to this callback. A reply ends with the line whose code is followed by a blank.
  static std::size_t on_reply(char* from, std::size_t size, std::size_t count, void* self) {
    const std::string_view line{from, size * count};
    int code = 0;
    const auto digits = std::min<std::size_t>(line.size(), 3);
    const auto [end, error] = std::from_chars(from, from + digits, code);
    if (error == std::errc{} && end == from + 3 && (line.size() == 3 || line[3] != '-'))
      static_cast<Parts*>(self)->note(code, line.substr(std::min<std::size_t>(line.size(), 4)));
    return size * count;
  }

  void note(int code, std::string_view text) {
    if (replies.code == go_on_with_data && code == done) taken = std::chrono::steady_clock::now();
    if (taken || code == goodbye) return;  // curl says QUIT after a refusal too: that must not hide what was refused
    replies.code = code;
    replies.text = text;
    ++replies.count;
  }

  static int on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    const auto& parts = *static_cast<Parts*>(self);
    const bool lingering = parts.taken && std::chrono::steady_clock::now() - *parts.taken > goodbye_limit;
    return parts.aborted || lingering ? 1 : 0;
  }
};

SmtpTransfer::SmtpTransfer(const MailConfig& config, const std::string& password, MailMessage message)
    : parts_(std::make_unique<Parts>()) {
  parts_->message = std::move(message);
  parts_->easy = curl_easy_init();
  parts_->to = curl_slist_append(nullptr, ("<" + parts_->message.to + ">").c_str());
  if (!parts_->easy || !parts_->to) throw std::bad_alloc();
  CURL* easy = parts_->easy;
  curl_easy_setopt(easy, CURLOPT_URL, config.server.c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(easy, CURLOPT_PROXY, "");  // not even what the environment names
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
  curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, static_cast<long>(connect_limit.count()));
  curl_easy_setopt(easy, CURLOPT_TIMEOUT, static_cast<long>(whole_limit.count()));
  curl_easy_setopt(easy, CURLOPT_SERVER_RESPONSE_TIMEOUT, static_cast<long>(whole_limit.count()));
  curl_easy_setopt(easy, CURLOPT_USE_SSL, static_cast<long>(config.require_tls ? CURLUSESSL_ALL : CURLUSESSL_TRY));
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!config.ca_file.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, config.ca_file.c_str());
  if (!config.user.empty()) {
    curl_easy_setopt(easy, CURLOPT_USERNAME, config.user.c_str());
    curl_easy_setopt(easy, CURLOPT_PASSWORD, password.c_str());
  }
  curl_easy_setopt(easy, CURLOPT_MAIL_FROM, ("<" + parts_->message.from + ">").c_str());
  curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, parts_->to);
  curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(easy, CURLOPT_READFUNCTION, &Parts::on_read);
  curl_easy_setopt(easy, CURLOPT_READDATA, parts_.get());
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &Parts::on_reply);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, parts_.get());
  curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, &Parts::on_progress);
  curl_easy_setopt(easy, CURLOPT_XFERINFODATA, parts_.get());
}

SmtpTransfer::~SmtpTransfer() = default;

void SmtpTransfer::perform() { parts_->outcome = curl_easy_perform(parts_->easy); }

void SmtpTransfer::abort() { parts_->aborted = true; }

std::optional<SendFault> SmtpTransfer::fault() const {
  if (parts_->taken) return std::nullopt;
  return mail_fault(parts_->outcome, parts_->replies);
}

bool SmtpTransfer::given_up() const {
  return !parts_->taken && parts_->aborted && parts_->outcome == CURLE_ABORTED_BY_CALLBACK;
}

}  // namespace barometer

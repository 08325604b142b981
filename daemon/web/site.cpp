#include "daemon/web/site.hpp"

#include <algorithm>
#include <stdexcept>

#include <boost/asio/ip/address.hpp>
#include <boost/json.hpp>

#include "connectors/digest.hpp"
#include "connectors/url.hpp"
#include "daemon/event_streams.hpp"
#include "daemon/log.hpp"
#include "daemon/web/api.hpp"
#include "daemon/web/frame.hpp"
#include "daemon/web/people.hpp"
#include "daemon/web/routes.hpp"

namespace barometer {

namespace {

bool loopback(const std::string& address) {
  boost::system::error_code odd;
  const auto parsed = boost::asio::ip::make_address(address, odd);
  return !odd && parsed.is_loopback();
}

// Whether the request's host is this machine, or what people know it as. A page elsewhere whose name was made to lead here sends
// that name (DNS rebinding).
bool host_is_ours(const WebRequest& request, const Config& config) {
  const auto host = host_of("http://" + std::string(request.header("host")));
  if (!config.web.public_url.empty() && host == host_of(config.web.public_url)) return true;
  auto name =
      host.substr(0, host.rfind(':') == std::string::npos || host.ends_with(']') ? host.size() : host.rfind(':'));
  if (name.starts_with('[') && name.ends_with(']')) name = name.substr(1, name.size() - 2);
  return name == "localhost" || loopback(name);
}

// Whether a form was sent by a page of ours, as far as the browser says. Our pages send no referrer, and then Origin is "null".
bool from_our_page(const WebRequest& request) {
  if (const auto site = request.header("sec-fetch-site"); !site.empty()) return site == "same-origin" || site == "none";
  const auto origin = request.header("origin");
  if (origin.empty()) return true;
  const auto mark = origin.find("://");
  return mark != std::string_view::npos && origin.substr(mark + 3) == request.header("host");
}

// A program that asks again for what did not change gets no body. RFC 9110, section 13.1.2.
HttpReply tagged(const WebRequest& request, HttpReply reply) {
  if (reply.status != 200 || reply.content_type == EventStreams::type) return reply;
  const auto tag = '"' + sha256_hex(reply.body).substr(0, 32) + '"';
  reply.headers.emplace_back("ETag", tag);
  reply.headers.emplace_back("Cache-Control", "private, no-cache");
  if (request.header("if-none-match").find(tag) == std::string_view::npos) return reply;
  reply.status = 304;
  reply.body.clear();
  return reply;
}

std::optional<People> people_of(const Config& config) {
  if (config.web.users_file.empty()) return std::nullopt;
  auto people = read_people(config.web.users_file);
  if (!people) throw std::runtime_error(people.error().detail);
  return std::move(*people);
}

// What a form carries. Programs may write it as a JSON object of texts, and lists of texts, as well.
std::optional<Fields> form_of(const WebRequest& request) {
  const auto type = request.header("content-type");
  if (type.starts_with("application/x-www-form-urlencoded")) return Fields{request.body};
  if (!for_programs(request) || !type.starts_with("application/json")) return std::nullopt;
  boost::system::error_code odd;
  const auto read = boost::json::parse(request.body, odd);
  if (odd || !read.is_object()) return std::nullopt;
  Fields out;
  for (const auto& [name, value] : read.get_object()) {
    if (value.is_string()) out.set(name, std::string(value.get_string()));
    if (!value.is_array()) continue;
    for (const auto& one : value.get_array())
      if (one.is_string()) out.add(name, std::string(one.get_string()));
  }
  return out;
}

HttpReply no_such(const Visit& visit) {
  return for_programs(visit.request) ? api_trouble(404, "there is nothing at this address", "see /api/v1/openapi.json")
                                     : not_found_page(frame_for(visit));
}

HttpReply wrong_method(const std::vector<std::string_view>& methods) {
  std::string allowed;
  for (const auto method : methods)
    allowed += (allowed.empty() ? "" : ", ") + std::string(method == "GET" ? "GET, HEAD" : method);
  return {.status = 405, .body = "This is asked for with " + allowed + ".\n", .headers = {{"Allow", allowed}}};
}

HttpReply not_signed_in(const WebRequest& request) {
  if (for_programs(request)) {
    auto reply =
        api_trouble(401, "a token is needed", "send Authorization: Bearer and a token made with `barometer token`");
    reply.headers.emplace_back("WWW-Authenticate", "Bearer");
    return reply;
  }
  const auto here = request.path + (request.query.empty() ? "" : "?" + request.query);
  return {.status = 303, .headers = {{"Location", "/sign-in" + (here == "/" ? "" : "?next=" + percent_encoded(here))}}};
}

HttpReply not_allowed(const Visit& visit, const std::string& sentence) {
  return for_programs(visit.request) ? api_trouble(403, sentence, "ask whoever looks after Barometer")
                                     : trouble_page(frame_for(visit), 403, "You cannot do this", sentence);
}

}  // namespace

std::optional<Failure> note_reading(const Desk& desk, const Visit& visit, const std::string& about) {
  if (visit.open) return std::nullopt;
  const auto noted = desk.audit.note(visit.viewer.name, "read", about, visit.now);
  if (noted) return std::nullopt;
  return noted.error();
}

Site::Site(Of of) : of_(std::move(of)), audit_(of_.audit_file) { admit(*of_.config()); }

void Site::admit(const Config& config) {
  auto sign_on = SignOn::read(config.web.sign_on_header, config.web.sign_on_proxies);
  if (!sign_on) throw std::runtime_error(sign_on.error().detail);
  access_.configure(people_of(config), std::move(*sign_on));
  api_rate_.allow(config.web.api_requests);
}

Result<void> Site::shorten_record(UtcTime until) {
  const auto removed = audit_.remove_older(until);
  if (!removed) return removed.error();
  if (*removed > 0) log_info("record_shortened", {{"entries", std::to_string(*removed)}});
  return {};
}

Result<void> Site::configure(const Config& config) {
  try {
    admit(config);
    return {};
  } catch (const std::runtime_error& trouble) {
    return Failure{Remedy::ask_operator, trouble.what(), {}};
  }
}

bool Site::may_measure(const WebRequest& request) {
  if (loopback(request.peer) || access_.open()) return true;
  return access_.viewer_of(request, of_.now()).token;
}

// Why this is not answered; empty when it is.
std::optional<HttpReply> Site::refusal(const Route& route, const Visit& visit) const {
  const bool post = route.method == "POST";
  if (visit.open && post) return not_allowed(visit, "Until people are set up nothing can be changed here.");
  if (post && for_programs(visit.request)) {  // no browser sends a bearer token by itself, so no page of others can
    if (!visit.viewer.token) return not_signed_in(visit.request);
    if (!may(visit.viewer.rights, route.needs)) return not_allowed(visit, "This token's scope does not allow this.");
    return std::nullopt;
  }
  if (post && !from_our_page(visit.request)) return not_allowed(visit, "This form was sent by a page of others.");
  if (route.needs == Right::anybody && (!post || visit.viewer.name.empty())) return std::nullopt;
  if (visit.viewer.name.empty() && !visit.open) return not_signed_in(visit.request);
  if (!may(visit.viewer.rights, route.needs)) return not_allowed(visit, "Your role does not allow this.");
  const bool same_form =
      post && !visit.viewer.form_token.empty() && same_secret(visit.form.of("token"), visit.viewer.form_token);
  const bool signs_in = route.pattern == "/sign-in";  // before there is a session
  if (post && !same_form && !signs_in)
    return not_allowed(visit, "This form is old, or not of your session: go back, load the page again, and repeat.");
  return std::nullopt;
}

// RFC 6585, section 4.
std::optional<HttpReply> Site::too_often(const Visit& visit) {
  if (!for_programs(visit.request)) return std::nullopt;
  const std::string kind = visit.viewer.token ? "token " : "person ";
  const auto wait =
      api_rate_.wait(visit.viewer.name.empty() ? "address " + visit.request.peer : kind + visit.viewer.name, visit.now);
  if (!wait) return std::nullopt;
  auto reply = api_trouble(429, "that is too many requests a minute", "wait as long as Retry-After says");
  reply.headers.emplace_back("Retry-After", std::to_string(wait->count()));
  return reply;
}

HttpReply Site::answer(const WebRequest& request) {
  const auto config = of_.config();
  Visit visit{.request = request, .query = Fields{request.query}, .form = {}, .now = of_.now()};
  visit.open = access_.open();
  if (visit.open && !host_is_ours(request, *config))
    return {.status = 421, .body = "Barometer is not known by this name: see web.public_url.\n"};
  const bool by_itself = request.path.ends_with("/events") || !request.header("x-barometer-live").empty();
  visit.viewer = access_.viewer_of(request, visit.now, by_itself);
  if (visit.viewer.token && !for_programs(request)) visit.viewer = {};
  if (auto refused = too_often(visit)) return *refused;
  auto found = find_route(request.method, request.path);
  if (found.methods.empty()) return no_such(visit);
  if (!found.route) return wrong_method(found.methods);
  if (request.method == "POST") {
    auto form = form_of(request);
    if (!form) return {.status = 415, .body = "Forms are taken as application/x-www-form-urlencoded.\n"};
    visit.form = std::move(*form);
  }
  visit.params = std::move(found.params);
  if (auto refused = refusal(*found.route, visit)) return *refused;
  const Desk desk{of_.store,
                  config,
                  of_.states.all(),
                  visit.words_in_lists() ? today_ : today_masked_,
                  access_,
                  audit_,
                  of_.reviewed,
                  of_.judge ? of_.judge() : Judge::built_in(),
                  of_.obey ? of_.obey : [this, config](const Order& order) -> std::optional<Result<std::string>> {
                    return carry_out(order, of_.store, *config, of_.now());
                  }};
  auto reply = found.route->answer(desk, visit);
  return for_programs(request) ? tagged(request, std::move(reply)) : reply;
}

}  // namespace barometer

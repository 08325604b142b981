#include "daemon/web/frame.hpp"

#include <array>
#include <fmt/format.h>

#include <openssl/sha.h>

extern "C" {
extern const char frame_template_begin[], frame_template_end[];
extern const char trouble_template_begin[], trouble_template_end[];
extern const char post_item_template_begin[], post_item_template_end[];
extern const char issue_item_template_begin[], issue_item_template_end[];
extern const char issue_review_template_begin[], issue_review_template_end[];
extern const char post_review_template_begin[], post_review_template_end[];
extern const char page_style_begin[], page_style_end[];
extern const char page_style_gz_begin[], page_style_gz_end[];
extern const char page_icon_begin[], page_icon_end[];
}

namespace barometer {

namespace {

struct Section {
  const char* address;
  const char* name;
  Right needs;
};
constexpr std::array sections = {Section{"/", "Today", Right::see},          Section{"/issues", "Issues", Right::see},
                                 Section{"/posts", "Posts", Right::see},     Section{"/trends", "Trends", Right::see},
                                 Section{"/sources", "Sources", Right::see}, Section{"/reports", "Reports", Right::see},
                                 Section{"/audit", "Audit", Right::audit}};

Views sections_view(const Frame& frame) {
  Views out;
  for (const auto& section : sections) {
    if (!may(frame.rights, section.needs)) continue;
    View one{kainjow::mustache::object{}};
    one.set("address", section.address);
    one.set("name", section.name);
    one.set("current", View{frame.here == section.address});
    one.set("current_kind", frame.below ? "true" : "page");
    out.push_back(one);
  }
  return out;
}

struct Asset {
  std::string_view name;
  const char* type;
  std::string_view bytes;
  std::string_view compressed;  // with gzip; empty: only as it is
};

std::array<Asset, 2> assets() {
  return {{{style_path().substr(8), "text/css; charset=utf-8", carried_between(page_style_begin, page_style_end),
            carried_between(page_style_gz_begin, page_style_gz_end)},
           {"icon.svg", "image/svg+xml", carried_between(page_icon_begin, page_icon_end), {}}}};
}

std::string short_digest(std::string_view bytes) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
  return fmt::format("{:02x}{:02x}{:02x}{:02x}", digest[0], digest[1], digest[2], digest[3]);
}

}  // namespace

Frame frame_for(const Visit& visit) {
  Frame frame;
  frame.viewer = visit.viewer.name;
  frame.sign_out = !visit.viewer.by_proxy;
  frame.form_token = visit.viewer.form_token;
  frame.sign_in = !visit.open;
  frame.rights = visit.viewer.rights;
  return frame;
}

std::string filled(std::string_view page_template, View& values) {
  const auto item = [&values](const char* name, std::string_view text) {
    values.set(name, View{kainjow::mustache::partial{[text] { return std::string(text); }}});
  };
  item("post_item", carried_between(post_item_template_begin, post_item_template_end));
  item("issue_item", carried_between(issue_item_template_begin, issue_item_template_end));
  item("issue_review", carried_between(issue_review_template_begin, issue_review_template_end));
  item("post_review", carried_between(post_review_template_begin, post_review_template_end));
  kainjow::mustache::mustache page{std::string{page_template}};
  return page.render(values);
}

HttpReply page_reply(const Frame& frame, std::string_view page_template, View& values, int status) {
  View around{kainjow::mustache::object{}};
  around.set("title", frame.title);
  around.set("style", std::string(style_path()));
  around.set("sections", View{sections_view(frame)});
  around.set("account", View{frame.sign_in || !frame.viewer.empty()});
  if (!frame.viewer.empty()) around.set("viewer", frame.viewer);
  around.set("sign_out", View{frame.sign_out});
  around.set("form_token", frame.form_token);
  around.set("content", filled(page_template, values));
  return {.status = status,
          .content_type = "text/html; charset=utf-8",
          .body = filled(carried_between(frame_template_begin, frame_template_end), around)};
}

HttpReply trouble_page(const Frame& frame, int status, const std::string& title, const std::string& sentence) {
  Frame around = frame;
  around.title = title;
  View values{kainjow::mustache::object{}};
  values.set("heading", title);
  values.set("sentence", sentence);
  return page_reply(around, carried_between(trouble_template_begin, trouble_template_end), values, status);
}

HttpReply not_found_page(const Frame& frame) {
  return trouble_page(frame, 404, "Page not found",
                      "There is nothing at this address. If you typed it, check that it is right; what it showed may "
                      "also have been deleted, or its time may be over.");
}

std::string_view style_path() {
  static const std::string path =
      "/assets/barometer-" + short_digest(carried_between(page_style_begin, page_style_end)) + ".css";
  return path;
}

HttpReply asset_reply(const WebRequest& request, std::string_view name) {
  for (const auto& asset : assets()) {
    if (asset.name != name) continue;
    const bool compressed =
        !asset.compressed.empty() && request.header("accept-encoding").find("gzip") != std::string_view::npos;
    HttpReply reply{.content_type = asset.type, .body = std::string(compressed ? asset.compressed : asset.bytes)};
    const bool named_by_content = !asset.compressed.empty();
    reply.headers = {
        {"Cache-Control", named_by_content ? "public, max-age=31536000, immutable" : "public, max-age=3600"},
        {"Vary", "Accept-Encoding"}};
    if (compressed) reply.headers.emplace_back("Content-Encoding", "gzip");
    return reply;
  }
  return {.status = 404, .body = "There is no such file.\n"};
}

}  // namespace barometer

#include "daemon/web/frame.hpp"

#include <array>
#include <fmt/format.h>

#include "connectors/digest.hpp"

extern "C" {
extern const char frame_template_begin[], frame_template_end[];
extern const char trouble_template_begin[], trouble_template_end[];
extern const char post_item_template_begin[], post_item_template_end[];
extern const char issue_item_template_begin[], issue_item_template_end[];
extern const char issue_review_template_begin[], issue_review_template_end[];
extern const char issue_arrange_template_begin[], issue_arrange_template_end[];
extern const char page_links_template_begin[], page_links_template_end[];
extern const char table_template_begin[], table_template_end[];
extern const char export_links_template_begin[], export_links_template_end[];
extern const char post_review_template_begin[], post_review_template_end[];
extern const char page_style_begin[], page_style_end[];
extern const char page_style_gz_begin[], page_style_gz_end[];
extern const char page_icon_begin[], page_icon_end[];
extern const char page_script_begin[], page_script_end[];
}

namespace barometer {

namespace {

struct Section {
  const char* address;
  const char* name;
  Right needs;
};
constexpr std::array sections = {Section{"/", "Today", Right::see},
                                 Section{"/issues", "Issues", Right::see},
                                 Section{"/posts", "Posts", Right::see},
                                 Section{"/trends", "Trends", Right::see},
                                 Section{"/sources", "Sources", Right::see},
                                 Section{"/reports", "Reports", Right::see},
                                 Section{"/admin", "Administration", Right::administer},
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
  bool named_by_content;
};

std::array<Asset, 3> assets() {
  return {{{style_path().substr(8), "text/css; charset=utf-8", carried_between(page_style_begin, page_style_end),
            carried_between(page_style_gz_begin, page_style_gz_end), true},
           {script_path().substr(8),
            "text/javascript; charset=utf-8",
            carried_between(page_script_begin, page_script_end),
            {},
            true},
           {"icon.svg", "image/svg+xml", carried_between(page_icon_begin, page_icon_end), {}, false}}};
}

std::string short_digest(std::string_view bytes) { return sha256_hex(bytes).substr(0, 8); }

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
  item("issue_arrange", carried_between(issue_arrange_template_begin, issue_arrange_template_end));
  item("page_links", carried_between(page_links_template_begin, page_links_template_end));
  item("table", carried_between(table_template_begin, table_template_end));
  item("export_links", carried_between(export_links_template_begin, export_links_template_end));
  item("post_review", carried_between(post_review_template_begin, post_review_template_end));
  kainjow::mustache::mustache page{std::string{page_template}};
  return page.render(values);
}

HttpReply page_around(const Frame& frame, const std::string& content, int status) {
  constexpr std::string_view here =
      "\x01";  // stands in no template, and nothing that is escaped comes before the content
  View around{kainjow::mustache::object{}};
  around.set("title", frame.title);
  around.set("style", std::string(style_path()));
  around.set("script", std::string(script_path()));
  around.set("sections", View{sections_view(frame)});
  around.set("account", View{frame.sign_in || !frame.viewer.empty()});
  if (!frame.viewer.empty()) around.set("viewer", frame.viewer);
  around.set("sign_out", View{frame.sign_out});
  around.set("form_token", frame.form_token);
  around.set("content", std::string(here));
  auto page = filled(carried_between(frame_template_begin, frame_template_end), around);
  // Put in at once: the template would copy it letter by letter.
  page.replace(page.rfind(here), here.size(), content);
  return {.status = status, .content_type = "text/html; charset=utf-8", .body = std::move(page)};
}

HttpReply page_reply(const Frame& frame, std::string_view page_template, View& values, int status) {
  return page_around(frame, filled(page_template, values), status);
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

std::string_view script_path() {
  static const std::string path =
      "/assets/barometer-" + short_digest(carried_between(page_script_begin, page_script_end)) + ".js";
  return path;
}

HttpReply asset_reply(const WebRequest& request, std::string_view name) {
  for (const auto& asset : assets()) {
    if (asset.name != name) continue;
    const bool compressed =
        !asset.compressed.empty() && request.header("accept-encoding").find("gzip") != std::string_view::npos;
    HttpReply reply{.content_type = asset.type, .body = std::string(compressed ? asset.compressed : asset.bytes)};
    reply.headers = {
        {"Cache-Control", asset.named_by_content ? "public, max-age=31536000, immutable" : "public, max-age=3600"},
        {"Vary", "Accept-Encoding"}};
    if (compressed) reply.headers.emplace_back("Content-Encoding", "gzip");
    return reply;
  }
  return {.status = 404, .body = "There is no such file.\n"};
}

}  // namespace barometer

#pragma once

#include <string>
#include <string_view>

#include "daemon/http_server.hpp"
#include "daemon/web/look.hpp"
#include "daemon/web/visit.hpp"

namespace barometer {

// What stands around every page: head, header, way through the pages, footer.
struct Frame {
  std::string title = {};       // of the page; "– Barometer" is added
  std::string_view here = {};   // address of the section that is marked as where we are; empty: none
  bool below = false;           // this is a page below that section, not the section itself
  std::string viewer = {};      // name of who is signed in; empty: nobody is
  bool sign_out = true;         // they can sign out here
  std::string form_token = {};  // of the form that signs out
  bool sign_in = false;         // nobody is, but could be
  Rights rights = 0;            // of who looks: sections that need others are left out
};

// With what is known of who asks.
Frame frame_for(const Visit& visit);

// What barometer_embed() carries in the binary.
inline std::string_view carried_between(const char* begin, const char* end) {
  return {begin, static_cast<std::size_t>(end - begin)};
}

// A page as a reply: its template, filled, within the frame.
HttpReply page_reply(const Frame& frame, std::string_view page_template, View& values, int status = 200);

// The same of what was filled before, and is the same for all who look.
HttpReply page_around(const Frame& frame, const std::string& content, int status = 200);

// A template of ours, filled. It can name parts that several pages, or long ones, have: {{> post_item}}.
std::string filled(std::string_view page_template, View& values);

// Pages that say that something is not there, not allowed, or broken.
HttpReply not_found_page(const Frame& frame);
HttpReply trouble_page(const Frame& frame, int status, const std::string& title, const std::string& sentence);

// The stylesheet, script and icon, as files that a browser may keep: their address changes with their content.
std::string_view style_path();  // "/assets/barometer-1a2b3c4d.css"
std::string_view script_path();
HttpReply asset_reply(const WebRequest& request, std::string_view name);  // 404 if there is none of that name

}  // namespace barometer

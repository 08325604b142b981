#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "connectors/json_document.hpp"
#include "connectors/post.hpp"

namespace barometer {

// What a note does not say of itself.
struct NoteContext {
  std::string base = {};    // https://HOST of the server, no slash at the end; may be empty
  std::string source = {};  // becomes Post::source
  UtcTime now = {};         // becomes Post::seen_at, and made_at where a note has no readable date
};

// A Note of Misskey's API, or of a server that speaks it (Sharkey, Firefish, CherryPick); one that only passes on another gives
// that one. Nothing when it is no note.
//
// Post::id is the note's address in the Fediverse, as Mastodon's servers call it too: `uri` for notes from elsewhere, else
// BASE/notes/ID. Post::text is the content warning, the text, and the descriptions of files, a line each. A note that its author
// shows to members only has none, and counts as opted out.
std::optional<Post> note_post(JsonValue note, const NoteContext& context);

// The words of Misskey's mark-up (MFM): no $[effects], <tags>, ** or ~~; [links](address) as their words and address.
std::string mfm_to_text(std::string_view mfm);

}  // namespace barometer

// The functions of libcurl that we call, under their own names. libcurl itself, and with it two dozen libraries of other protocols, is loaded
// when the first of them is called: that takes as long as the rest of a start, and most commands speak to no server. So nothing links to
// libcurl; whoever needs one more of its functions adds it here.

#define CURL_DISABLE_TYPECHECK  // where we call them, their arguments are still checked
#include <cstdarg>
#include <dlfcn.h>
#include <stdexcept>
#include <string>

#include <curl/curl.h>

#undef curl_easy_getinfo
#undef curl_easy_setopt
#undef curl_multi_setopt

namespace {

constexpr const char* library_name = "libcurl.so.4";  // its ABI since 2006; Debian: libcurl4

// What dlerror() last said.
std::string why_not() {
  const char* const said = dlerror();
  return said != nullptr ? said : "no reason given";
}

void* library() {
  static void* const loaded = dlopen(library_name, RTLD_NOW | RTLD_LOCAL);
  if (loaded == nullptr)
    throw std::runtime_error("libcurl, which speaks to servers, cannot be loaded (" + why_not() +
                             "): install the package libcurl4");
  return loaded;
}

template <class Function>
Function* in_library(const char* name) {
  void* const found = dlsym(library(), name);
  if (found == nullptr)
    throw std::runtime_error(std::string("this libcurl lacks ") + name + " (" + why_not() +
                             "): install a newer libcurl4");
  return reinterpret_cast<Function*>(found);
}

// Its URL is const from libcurl 8 on.
template <class First, class... Rest>
First first_of(CURLUcode (*)(First, Rest...));
using UrlToRead = decltype(first_of(&curl_url_get));

}  // namespace

// NOLINTBEGIN(cppcoreguidelines-macro-usage): C++ has no other way to name a function twice, as itself and as text.
#define FROM_LIBRARY(name) static auto* const in_curl = in_library<decltype(::name)>(#name)
// A pointer or a number, which all take the same place as the third of three arguments on the 64-bit systems that we build for.
#define THIRD_ARGUMENT(second)             \
  va_list more;                            \
  va_start(more, second);                  \
  void* const third = va_arg(more, void*); \
  va_end(more)
#pragma GCC diagnostic ignored "-Wvarargs"  // libcurl names an enum before the dots, which is an int where we build
static_assert(sizeof(void*) == sizeof(long) && sizeof(long) == sizeof(curl_off_t));

extern "C" {

CURLcode curl_global_init(long flags) {
  FROM_LIBRARY(curl_global_init);
  return in_curl(flags);
}

const char* curl_easy_strerror(CURLcode code) {
  FROM_LIBRARY(curl_easy_strerror);
  return in_curl(code);
}

void curl_free(void* text) {
  FROM_LIBRARY(curl_free);
  in_curl(text);
}

CURL* curl_easy_init() {
  FROM_LIBRARY(curl_easy_init);
  return in_curl();
}

CURLcode curl_easy_setopt(CURL* easy, CURLoption option, ...) {
  FROM_LIBRARY(curl_easy_setopt);
  THIRD_ARGUMENT(option);
  return in_curl(easy, option, third);
}

CURLcode curl_easy_getinfo(CURL* easy, CURLINFO info, ...) {
  FROM_LIBRARY(curl_easy_getinfo);
  THIRD_ARGUMENT(info);
  return in_curl(easy, info, third);
}

CURLcode curl_easy_perform(CURL* easy) {
  FROM_LIBRARY(curl_easy_perform);
  return in_curl(easy);
}

CURLcode curl_easy_pause(CURL* easy, int what) {
  FROM_LIBRARY(curl_easy_pause);
  return in_curl(easy, what);
}

// Destructors call what frees, and may not throw: whoever has nothing to free needs no library.
void curl_easy_cleanup(CURL* easy) {
  if (easy == nullptr) return;
  FROM_LIBRARY(curl_easy_cleanup);
  in_curl(easy);
}

curl_slist* curl_slist_append(curl_slist* list, const char* text) {
  FROM_LIBRARY(curl_slist_append);
  return in_curl(list, text);
}

void curl_slist_free_all(curl_slist* list) {
  if (list == nullptr) return;
  FROM_LIBRARY(curl_slist_free_all);
  in_curl(list);
}

CURLM* curl_multi_init() {
  FROM_LIBRARY(curl_multi_init);
  return in_curl();
}

CURLMcode curl_multi_setopt(CURLM* multi, CURLMoption option, ...) {
  FROM_LIBRARY(curl_multi_setopt);
  THIRD_ARGUMENT(option);
  return in_curl(multi, option, third);
}

CURLMcode curl_multi_add_handle(CURLM* multi, CURL* easy) {
  FROM_LIBRARY(curl_multi_add_handle);
  return in_curl(multi, easy);
}

CURLMcode curl_multi_remove_handle(CURLM* multi, CURL* easy) {
  FROM_LIBRARY(curl_multi_remove_handle);
  return in_curl(multi, easy);
}

CURLMcode curl_multi_socket_action(CURLM* multi, curl_socket_t socket, int events, int* running) {
  FROM_LIBRARY(curl_multi_socket_action);
  return in_curl(multi, socket, events, running);
}

CURLMsg* curl_multi_info_read(CURLM* multi, int* left) {
  FROM_LIBRARY(curl_multi_info_read);
  return in_curl(multi, left);
}

CURLMcode curl_multi_cleanup(CURLM* multi) {
  FROM_LIBRARY(curl_multi_cleanup);
  return in_curl(multi);
}

CURLU* curl_url() {
  FROM_LIBRARY(curl_url);
  return in_curl();
}

void curl_url_cleanup(CURLU* url) {
  FROM_LIBRARY(curl_url_cleanup);
  in_curl(url);
}

CURLUcode curl_url_get(UrlToRead url, CURLUPart part, char** text, unsigned flags) {
  FROM_LIBRARY(curl_url_get);
  return in_curl(url, part, text, flags);
}

CURLUcode curl_url_set(CURLU* url, CURLUPart part, const char* text, unsigned flags) {
  FROM_LIBRARY(curl_url_set);
  return in_curl(url, part, text, flags);
}

}  // extern "C"
// NOLINTEND(cppcoreguidelines-macro-usage)

#include "ask/tpu/tpu_proof.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>

#include "ask/library.hpp"
#include "evidence/ask_protocol.hpp"

namespace rigfit {
namespace {

using Json = nlohmann::ordered_json;

// The part of the PJRT C API that is used. Every structure begins with its size as the caller knows it and a pointer
// for extensions; the table of functions only ever grows at its end, within one major version.
struct Error;
struct Client;
struct Head {
  std::size_t size;
  void* extension = nullptr;
};
struct Plain {  // PJRT_Plugin_Initialize_Args
  Head head{sizeof(Plain)};
};
struct ErrorDestroy {
  Head head{sizeof(ErrorDestroy)};
  Error* error;
};
struct ErrorMessage {
  Head head{sizeof(ErrorMessage)};
  const Error* error;
  const char* message = nullptr;
  std::size_t message_size = 0;
};
struct ErrorCode {
  // Without the padding behind the last member, as the C header counts.
  Head head{offsetof(ErrorCode, code) + sizeof(int)};
  const Error* error;
  int code = 0;
};
struct ClientCreate {
  Head head{sizeof(ClientCreate)};
  const void* options = nullptr;
  std::size_t option_count = 0;
  void *get = nullptr, *get_user = nullptr, *put = nullptr, *put_user = nullptr;
  Client* client = nullptr;
};
struct ClientDestroy {
  Head head{sizeof(ClientDestroy)};
  Client* client;
};
struct ClientText {  // of PlatformName and PlatformVersion
  Head head{sizeof(ClientText)};
  Client* client;
  const char* text = nullptr;
  std::size_t text_size = 0;
};
struct ClientDevices {  // of AddressableDevices
  Head head{sizeof(ClientDevices)};
  Client* client;
  void** devices = nullptr;
  std::size_t device_count = 0;
};

struct Api {
  Head head;
  Head version_head;
  int major, minor;
  void (*error_destroy)(ErrorDestroy*);
  void (*error_message)(ErrorMessage*);
  Error* (*error_code)(ErrorCode*);
  Error* (*plugin_initialize)(Plain*);
  void* plugin_attributes;
  void *event_destroy, *event_is_ready, *event_error, *event_await, *event_on_ready;
  Error* (*client_create)(ClientCreate*);
  Error* (*client_destroy)(ClientDestroy*);
  Error* (*client_platform_name)(ClientText*);
  void* client_process_index;
  Error* (*client_platform_version)(ClientText*);
  void* client_devices;
  Error* (*client_addressable_devices)(ClientDevices*);
};
static_assert(offsetof(Api, error_destroy) == 40 && offsetof(Api, client_create) == 120);

/// True when all went well; else notes the error, if it is the first, and frees it.
bool succeeded(const Api& api, const char* call, Error* error, Json& answer) {
  if (!error) return true;
  ErrorMessage message{.error = error};
  api.error_message(&message);
  ErrorCode code{.error = error};
  Error* second = api.error_code(&code);
  if (!answer.contains("error"))
    answer["error"] = Json{{"call", call},
                           {"code", code.code},
                           {"text", std::string(message.message ? message.message : "", message.message_size)}};
  for (Error* one : {error, second}) {
    if (!one) continue;
    ErrorDestroy destroy{.error = one};
    api.error_destroy(&destroy);
  }
  return false;
}

void note_text(const Api& api, const char* call, Error* (*function)(ClientText*), Client* client, const char* key,
               Json& answer) {
  ClientText text{.client = client};
  if (succeeded(api, call, function(&text), answer) && text.text) answer[key] = std::string(text.text, text.text_size);
}

void use_client(const Api& api, Json& answer) {
  Plain plain;
  tell_progress("starts libtpu");
  if (!succeeded(api, "PJRT_Plugin_Initialize", api.plugin_initialize(&plain), answer)) return;
  ClientCreate create;
  tell_progress("takes the chips (on one host of a slice: waits for the others)");
  if (!succeeded(api, "PJRT_Client_Create", api.client_create(&create), answer) || !create.client) return;
  note_text(api, "PJRT_Client_PlatformName", api.client_platform_name, create.client, "platform", answer);
  note_text(api, "PJRT_Client_PlatformVersion", api.client_platform_version, create.client, "platform_version", answer);
  ClientDevices devices{.client = create.client};
  if (succeeded(api, "PJRT_Client_AddressableDevices", api.client_addressable_devices(&devices), answer))
    answer["addressable_devices"] = devices.device_count;
  tell_progress("gives the chips back");
  ClientDestroy destroy{.client = create.client};
  if (succeeded(api, "PJRT_Client_Destroy", api.client_destroy(&destroy), answer)) answer["ended"] = true;
}

/// As root a library that somebody else may change is not loaded: https://cwe.mitre.org/data/definitions/426.html
bool is_roots_alone(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return true;  // the loader says better what is wrong
  return info.st_uid == 0 && (info.st_mode & S_IWOTH) == 0 && ((info.st_mode & S_IWGRP) == 0 || info.st_gid == 0);
}

}  // namespace

int prove_tpu(const Words& arguments) {
  if (arguments.size() != 1 || !arguments.front().starts_with('/')) {
    std::fprintf(stderr, "the path of libtpu.so is missing\n");
    return ask_no_such_question;
  }
  const std::string& path = arguments.front();
  if (::geteuid() == 0 && !(is_roots_alone(path) && is_roots_alone(path.substr(0, path.rfind('/') + 1)))) {
    std::fprintf(stderr, "other users may change this libtpu, so root does not load it; run it as its owner\n");
    return ask_library_unusable;
  }
  // The metadata server is the user's to allow, and a test of this host alone needs none.
  ::setenv("TPU_SKIP_MDS_QUERY", "1", 0);
  Library library;
  if (!library.load({path.c_str()})) return library.report_failure();
  auto* get_api = library.find<const Api*()>("GetPjrtApi");
  if (!get_api) return library.report_missing("GetPjrtApi");
  Json answer{{"library", library.name()}};
  const Api* api = get_api();
  if (!api || api->head.size < offsetof(Api, error_destroy)) {
    answer["error"] = Json{{"call", "GetPjrtApi"}, {"text", "it gives no table of functions"}};
    return print_answer(answer);
  }
  answer["api_version"] = std::to_string(api->major) + "." + std::to_string(api->minor);
  if (api->major != 0 || api->head.size < sizeof(Api))
    answer["error"] = Json{{"call", "GetPjrtApi"}, {"text", "this version of the API is not known here"}};
  else
    use_client(*api, answer);
  return print_answer(answer);
}

}  // namespace rigfit

// Any bytes as what comes on a connection: whether they arrive at once or one by one, the same requests are found, or
// the same refusal; nothing is read twice. Then as a path and a query.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "api/http/connections/reception.h"
#include "api/http/message/url_text.h"

namespace {

using namespace ssem::api::http;

void demand(bool condition) {
  if (!condition) std::abort();
}

struct Heard {
  std::vector<std::string> requests;  // head and body
  int refusal = 0;
  bool operator==(const Heard& other) const { return requests == other.requests && refusal == other.refusal; }
};

Heard hear(std::string_view bytes, std::size_t at_once) {
  ConnectionSettings settings;
  settings.max_head_bytes = 4096;
  settings.max_body_bytes = 8192;
  ByteBudget budget(1UL << 20U);
  Reception reception(settings, budget);
  Heard heard;
  while (true) {
    switch (reception.look()) {
      case Reception::State::complete:
        demand(reception.body().size() <= settings.max_body_bytes);
        demand(reception.head().size() <= settings.max_head_bytes + 4);
        heard.requests.push_back(reception.head() + '\0' + reception.body());
        reception.next();
        continue;
      case Reception::State::refused:
        heard.refusal = reception.refusal();
        demand(heard.refusal >= 400 && heard.refusal < 600);
        return heard;
      default:
        break;
    }
    if (bytes.empty()) return heard;
    const std::string_view piece = bytes.substr(0, std::min(at_once, bytes.size()));
    reception.receive(piece.data(), piece.size());
    bytes.remove_prefix(piece.size());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Heard whole = hear(text, std::max<std::size_t>(size, 1));
  demand(hear(text, 1) == whole);
  demand(hear(text, 7) == whole);
  for (const std::string& request : whole.requests) {
    const RequestHead head = read_head(std::string_view(request).substr(0, request.find('\0')));
    demand(head.refusal == 0 || request.find('\0') < request.size());
  }
  for (const PlusSign plus : {PlusSign::literal, PlusSign::space}) {
    const auto decoded = percent_decode(text, plus);
    if (decoded) demand(decoded->size() <= text.size());
  }
  const auto query = parse_query(text);
  if (!query) demand(!query.error().message.empty());
  return 0;
}

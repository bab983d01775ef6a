#include "api/http/access/fetch_site.h"

namespace ssem::api::http {

bool comes_from_another_site(const Request& request) {
  const std::string_view site = request.header("Sec-Fetch-Site");
  // Another port of this host is the same site, but not the same origin.
  if (site != "cross-site" && site != "same-site") return false;
  // Frames navigate too, without anybody's doing.
  const bool followed =
      request.header("Sec-Fetch-Mode") == "navigate" && request.header("Sec-Fetch-Dest") == "document";
  return !followed;
}

}  // namespace ssem::api::http

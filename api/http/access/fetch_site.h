// Fetch metadata: what a browser says of the page that a request comes from.
#pragma once

#include "api/http/message/message.h"

namespace ssem::api::http {

// True for a request that a page of another site or origin made, and not a person who followed its link. Programs that
// are no browsers send no such headers.
bool comes_from_another_site(const Request& request);

}  // namespace ssem::api::http

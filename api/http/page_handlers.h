// The page's files, as embedded at build time.
#pragma once

#include "api/http/message/message.h"
#include "web/assets.h"

namespace ssem::api::http {

// Revalidated by ETag on every use; HTML carries a strict Content-Security-Policy.
Response page_file(const web::Asset& asset, const Request& request);

// A person who opened an address gets a refusal (403, 404, 405) as a small page that leads home; programs, which do not
// ask for HTML first, keep the JSON.
void show_to_person(Response& refusal, const Request& request);

}  // namespace ssem::api::http

# cmake -DINPUT=openapi.json -DOUTPUT=openapi_data.cpp -P embed.cmake
file(READ ${INPUT} bytes HEX)
string(REGEX REPLACE "(................................................................)" "\\1\n    " bytes "${bytes}")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${bytes}")
file(WRITE ${OUTPUT}.new "// Made from openapi.json by api/http/openapi/embed.cmake.
#include \"api/http/openapi/openapi.h\"

namespace ssem::api::http {
namespace {

constexpr char kDocument[] = {
    ${bytes}};

}  // namespace

std::string_view openapi_document() noexcept { return {kDocument, sizeof kDocument}; }

}  // namespace ssem::api::http
")
file(RENAME ${OUTPUT}.new ${OUTPUT})

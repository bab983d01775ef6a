# Writes every file below a folder into one C++ source: cmake -DFOLDER=dist -DOUTPUT=assets_data.cpp -P embed.cmake
cmake_policy(VERSION 3.25)

set(type_of_html "text/html; charset=utf-8")
set(type_of_css "text/css; charset=utf-8")
set(type_of_js "text/javascript; charset=utf-8")
set(type_of_json "application/json")
set(type_of_svg "image/svg+xml")
set(type_of_png "image/png")
set(type_of_ico "image/x-icon")
set(type_of_txt "text/plain; charset=utf-8")
set(type_of_woff2 "font/woff2")

file(GLOB_RECURSE names RELATIVE ${FOLDER} ${FOLDER}/*)
# The look-up is a binary search by bytes, so sort by bytes: "a-b" before "a.b" before "a/b", in every locale.
list(SORT names COMPARE STRING CASE SENSITIVE ORDER ASCENDING)
if(NOT "index.html" IN_LIST names)
  message(FATAL_ERROR "The page's build left no index.html in ${FOLDER}")
endif()

set(arrays "")
set(table "")
set(index 0)
foreach(name IN LISTS names)
  string(REGEX REPLACE ".*\\." "" extension "${name}")
  if(NOT DEFINED type_of_${extension})
    message(FATAL_ERROR "web/embed.cmake knows no content type for ${name}")
  endif()
  file(SHA256 ${FOLDER}/${name} hash)
  string(SUBSTRING ${hash} 0 16 hash)
  file(READ ${FOLDER}/${name} hex HEX)
  string(REGEX REPLACE "(................................)" "\\1\n" hex "${hex}")  # 16 bytes a line
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${hex}")
  string(APPEND arrays "constexpr char kFile${index}[] = {${bytes}'\\0'};\n")
  string(APPEND table
    "    {\"/${name}\", \"${type_of_${extension}}\", \"\\\"${hash}\\\"\", {kFile${index}, sizeof(kFile${index}) - 1}},\n")
  math(EXPR index "${index} + 1")
endforeach()

file(WRITE ${OUTPUT}
"// Made by web/embed.cmake from the built page.
#include \"web/assets.h\"

namespace ssem::web {
namespace {

${arrays}
constexpr Asset kAssets[] = {
${table}};

}  // namespace

std::span<const Asset> assets() noexcept { return kAssets; }

}  // namespace ssem::web
")

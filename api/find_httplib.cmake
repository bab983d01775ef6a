# Target ssem::httplib: the header of cpp-httplib, at least 0.41 (older ones can be made to exhaust memory by a client).
set(SSEM_HTTPLIB_DIR "$ENV{SSEM_HTTPLIB_DIR}" CACHE PATH "Folder with a httplib.h of at least 0.41")
option(SSEM_FETCH_HTTPLIB "Download the pinned cpp-httplib when none is found" OFF)
set(ssem_httplib_minimum 0.41)

function(ssem_httplib_version folder result)
  set(version "")
  if(EXISTS ${folder}/httplib.h)
    file(STRINGS ${folder}/httplib.h line REGEX "^#define CPPHTTPLIB_VERSION " LIMIT_COUNT 1)
    string(REGEX REPLACE ".*\"([0-9.]+)\".*" "\\1" version "${line}")
  endif()
  set(${result} "${version}" PARENT_SCOPE)
endfunction()

set(ssem_httplib_found "")
set(ssem_httplib_seen "")
if(SSEM_HTTPLIB_DIR)
  set(candidates ${SSEM_HTTPLIB_DIR})
else()
  set(candidates ${PROJECT_SOURCE_DIR}/build/third_party/httplib /usr/local/include /usr/include)
endif()
foreach(folder IN LISTS candidates)
  ssem_httplib_version(${folder} version)
  if(version AND version VERSION_GREATER_EQUAL ssem_httplib_minimum)
    set(ssem_httplib_found ${folder})
    break()
  elseif(version)
    string(APPEND ssem_httplib_seen "\n  ${folder}/httplib.h is ${version}, too old")
  endif()
endforeach()

if(NOT ssem_httplib_found AND SSEM_FETCH_HTTPLIB)
  set(ssem_httplib_found ${CMAKE_BINARY_DIR}/httplib)
  set(commit 073b58796205b928b61f4cae89ab4130b7f1aee0)  # v0.41.0
  message(STATUS "Downloading cpp-httplib at ${commit}")
  file(DOWNLOAD https://raw.githubusercontent.com/yhirose/cpp-httplib/${commit}/httplib.h
    ${ssem_httplib_found}/httplib.h
    EXPECTED_HASH SHA256=e9112546cbae828180f72c2ae6da4bfd8d15ae38138bd99b898e5e30128acc28
    TLS_VERIFY ON)
endif()

if(NOT ssem_httplib_found)
  message(FATAL_ERROR
    "cpp-httplib >= ${ssem_httplib_minimum} was not found.${ssem_httplib_seen}\n"
    "Run ./setup, or give its folder by -DSSEM_HTTPLIB_DIR=..., or allow a download by -DSSEM_FETCH_HTTPLIB=ON.")
endif()

ssem_httplib_version(${ssem_httplib_found} version)
set(SSEM_HTTPLIB_VERSION ${version} CACHE INTERNAL "For the bill of materials")
add_library(ssem_httplib INTERFACE)
add_library(ssem::httplib ALIAS ssem_httplib)
target_include_directories(ssem_httplib SYSTEM INTERFACE ${ssem_httplib_found})
target_link_libraries(ssem_httplib INTERFACE Threads::Threads)

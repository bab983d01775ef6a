# What is in the programs, as SPDX 2.3: target ssem_sbom writes ssem.spdx.json beside them, and cmake --install writes it
# of what was installed. Included last, when every library has been found.

# ssem_part(PROGRAM NAME VERSION LICENCE RELATION HOME): RELATION is SPDX's; VERSION is empty where nobody says it.
set(ssem_parts "")
function(ssem_part program name version licence relation home)
  string(APPEND ssem_parts "${ssem_comma}\n  {\"of\": \"${program}\", \"name\": \"${name}\", \"version\": \"${version}\", \"licence\": \"${licence}\", "
    "\"relation\": \"${relation}\", \"home\": \"${home}\"}")
  set(ssem_parts "${ssem_parts}" PARENT_SCOPE)
  set(ssem_comma "," PARENT_SCOPE)
endfunction()

# The "version" of a package in web/package-lock.json, which is what the bundle has.
function(ssem_npm_version name result)
  file(READ ${PROJECT_SOURCE_DIR}/web/package-lock.json lock)
  string(JSON version GET "${lock}" packages node_modules/${name} version)
  set(${result} ${version} PARENT_SCOPE)
endfunction()

foreach(program ssem ssem-train)
  if(program STREQUAL "ssem-train" AND NOT TARGET ssem-train)
    continue()
  endif()
  ssem_part(${program} eigen "${Eigen3_VERSION}" MPL-2.0 STATIC_LINK https://eigen.tuxfamily.org)
  ssem_part(${program} nlohmann-json "${nlohmann_json_VERSION}" MIT STATIC_LINK https://github.com/nlohmann/json)
endforeach()
ssem_part(ssem cpp-httplib "${SSEM_HTTPLIB_VERSION}" MIT STATIC_LINK https://github.com/yhirose/cpp-httplib)
ssem_part(ssem cli11 "${SSEM_CLI11_VERSION}" BSD-3-Clause STATIC_LINK https://github.com/CLIUtils/CLI11)
ssem_part(ssem zlib "${SSEM_ZLIB_VERSION}" Zlib DYNAMIC_LINK https://zlib.net)
ssem_part(ssem sqlite "${SSEM_SQLITE_VERSION}" blessing DYNAMIC_LINK https://www.sqlite.org)
if(SSEM_HAS_TLS)
  ssem_part(ssem openssl "${SSEM_OPENSSL_VERSION}" Apache-2.0 DYNAMIC_LINK https://www.openssl.org)
endif()
if(SSEM_HAS_GRPC)
  ssem_part(ssem grpc "${gRPC_VERSION}" Apache-2.0 OPTIONAL_DEPENDENCY_OF https://grpc.io)
  ssem_part(ssem protobuf "${Protobuf_VERSION}" BSD-3-Clause OPTIONAL_DEPENDENCY_OF https://protobuf.dev)
endif()
foreach(name uplot fflate)
  ssem_npm_version(${name} version)
  ssem_part(ssem ${name} ${version} MIT CONTAINS https://www.npmjs.com/package/${name})
endforeach()
if(TARGET ssem-train)
  ssem_part(ssem-train libtorch "${Torch_VERSION}" BSD-3-Clause DYNAMIC_LINK https://pytorch.org)
  ssem_part(ssem-train openblas "" BSD-3-Clause OPTIONAL_DEPENDENCY_OF https://www.openblas.net)
  ssem_part(ssem-train zlib "${SSEM_ZLIB_VERSION}" Zlib DYNAMIC_LINK https://zlib.net)
  ssem_part(ssem-train stb "" "MIT OR Unlicense" STATIC_LINK https://github.com/nothings/stb)
endif()

set(ssem_parts_file ${CMAKE_BINARY_DIR}/sbom_parts.json)
file(CONFIGURE OUTPUT ${ssem_parts_file} CONTENT
  "{\"version\": \"${PROJECT_VERSION}\", \"parts\": [${ssem_parts}\n]}\n" @ONLY)
set(ssem_sbom_command ${SSEM_NODE} ${PROJECT_SOURCE_DIR}/cmake/sbom.mjs ${ssem_parts_file})
add_custom_target(ssem_sbom ALL
  COMMAND ${ssem_sbom_command} ${CMAKE_BINARY_DIR} ${CMAKE_BINARY_DIR}/ssem.spdx.json
  COMMENT "Writing the bill of materials"
  VERBATIM)
add_dependencies(ssem_sbom ssem)
if(TARGET ssem-train)
  add_dependencies(ssem_sbom ssem-train)
endif()
include(GNUInstallDirs)
install(CODE "execute_process(COMMAND ${ssem_sbom_command} \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_BINDIR}\"
  \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_DATADIR}/ssem/ssem.spdx.json\" COMMAND_ERROR_IS_FATAL ANY)")

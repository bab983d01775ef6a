# LibTorch, in this order: SSEM_TORCH (a torch folder), what ./setup --torch wrote down, the active Python's torch,
# what the system has. Gives the target ssem::torch, or leaves it undefined.
set(SSEM_TORCH "" CACHE STRING "Folder of LibTorch, or debian; empty looks for one")

set(ssem_torch ${SSEM_TORCH})
if(NOT ssem_torch AND EXISTS ${PROJECT_SOURCE_DIR}/build/torch_folder)
  file(STRINGS ${PROJECT_SOURCE_DIR}/build/torch_folder ssem_torch LIMIT_COUNT 1)
endif()
if(NOT ssem_torch)
  execute_process(
    COMMAND python3 -c "import importlib.util as u, os; print(os.path.dirname(u.find_spec('torch').origin))"
    OUTPUT_VARIABLE ssem_torch OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  # Debian's python3-torch has its CMake files elsewhere, in libtorch-dev.
  if(NOT EXISTS "${ssem_torch}/share/cmake/Torch")
    set(ssem_torch "")
  endif()
endif()

# LibTorch's own CMake files add their options to this variable and warn about MKL and the like.
set(ssem_flags_before ${CMAKE_CXX_FLAGS})
if(ssem_torch AND NOT ssem_torch STREQUAL "debian")
  # In the search path, not only named: TorchConfig.cmake looks for its own libraries there, and would else take the
  # system's where both are installed.
  list(PREPEND CMAKE_PREFIX_PATH ${ssem_torch})
  find_package(Torch QUIET)
  if(NOT TARGET torch OR NOT TORCH_INSTALL_PREFIX MATCHES "^${ssem_torch}")
    message(FATAL_ERROR "No LibTorch in ${ssem_torch}: it should hold share/cmake/Torch/TorchConfig.cmake")
  endif()
else()
  find_package(Torch QUIET)
endif()
set(CMAKE_CXX_FLAGS ${ssem_flags_before})
if(NOT TARGET torch)
  return()
endif()

add_library(ssem_torch INTERFACE)
add_library(ssem::torch ALIAS ssem_torch)
target_include_directories(ssem_torch SYSTEM INTERFACE ${TORCH_INCLUDE_DIRS})
target_link_libraries(ssem_torch INTERFACE ${TORCH_LIBRARIES} ${CMAKE_DL_LIBS})
separate_arguments(ssem_torch_options UNIX_COMMAND "${TORCH_CXX_FLAGS}")
target_compile_options(ssem_torch INTERFACE ${ssem_torch_options})

# What the loss multiplies with where trainer/blas finds nothing better: the BLAS inside LibTorch, else the one that it
# links.
include(CheckCXXSourceCompiles)
foreach(ssem_property IMPORTED_LOCATION IMPORTED_LOCATION_RELEASE IMPORTED_LOCATION_NONE IMPORTED_LOCATION_NOCONFIG)
  get_target_property(ssem_torch_cpu torch_cpu ${ssem_property})
  if(ssem_torch_cpu)
    break()
  endif()
endforeach()
if(ssem_torch_cpu)
  set(CMAKE_REQUIRED_LIBRARIES ${ssem_torch_cpu} -Wl,--allow-shlib-undefined)
  check_cxx_source_compiles("extern \"C\" void sgemm_(); int main() { sgemm_(); }" SSEM_TORCH_HAS_BLAS)
  unset(CMAKE_REQUIRED_LIBRARIES)
endif()
if(NOT SSEM_TORCH_HAS_BLAS)
  find_package(BLAS REQUIRED)
  target_link_libraries(ssem_torch INTERFACE ${BLAS_LIBRARIES})
endif()
message(STATUS "LibTorch ${Torch_VERSION} from ${TORCH_INSTALL_PREFIX}")

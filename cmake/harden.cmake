# What makes memory faults harder to exploit, where the compiler has it: random addresses (PIE), tables of functions that
# cannot be written (RELRO), guards on the stack, bounds in libc's calls (FORTIFY) and targets of jumps (CET). Builds
# with sanitizers have better checks of their own, and without optimisation FORTIFY does nothing.
include(CheckCXXCompilerFlag)
include(CheckLinkerFlag)
include(CheckPIESupported)

set(SSEM_HARDENED OFF)
if(SSEM_HARDEN AND CMAKE_BUILD_TYPE STREQUAL "Release" AND SSEM_SANITIZE STREQUAL "" AND NOT SSEM_COVERAGE)
  set(SSEM_HARDENED ON)
  foreach(ssem_flag -fstack-protector-strong -fstack-clash-protection -fcf-protection=full)
    string(MAKE_C_IDENTIFIER "SSEM_HAS${ssem_flag}" ssem_has)
    check_cxx_compiler_flag(${ssem_flag} ${ssem_has})
    if(${ssem_has})
      add_compile_options(${ssem_flag})
    endif()
  endforeach()
  add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)  # older compilers take it for 2
  foreach(ssem_flag relro now noexecstack)
    check_linker_flag(CXX -Wl,-z,${ssem_flag} SSEM_HAS_z_${ssem_flag})
    if(SSEM_HAS_z_${ssem_flag})
      add_link_options(-Wl,-z,${ssem_flag})
    endif()
  endforeach()
  check_pie_supported(LANGUAGES CXX)
  # Not CMAKE_POSITION_INDEPENDENT_CODE, which compiles libraries as for shared ones, and so dearer.
  if(CMAKE_CXX_LINK_PIE_SUPPORTED)
    add_compile_options($<$<NOT:$<BOOL:$<TARGET_PROPERTY:POSITION_INDEPENDENT_CODE>>>:-fPIE>)
    add_link_options($<$<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>:-pie>)
  endif()
endif()

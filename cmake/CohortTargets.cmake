# How the targets of this project are made.

# The warnings our own code is free of; never a consumer's business.
function(cohort_warnings target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wconversion)
endfunction()

# A target compiled from the library's sources; `cohort` itself, and variants of it for the tests.
function(cohort_library target)
  cohort_warnings(${target})
  target_compile_features(${target} PUBLIC cxx_std_20)
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(${target} PUBLIC Threads::Threads)
  # Functions are named across processes by the build id of the module they are in.
  target_link_options(${target} PUBLIC LINKER:--build-id)
  set_target_properties(${target} PROPERTIES
    CXX_VISIBILITY_PRESET hidden
    VISIBILITY_INLINES_HIDDEN ON
    POSITION_INDEPENDENT_CODE ON  # a static library may end in a consumer's shared one
    DEFINE_SYMBOL ""
  )
endfunction()

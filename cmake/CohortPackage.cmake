# What `cmake --install` puts in place: library, headers, find_package(cohort) and cohort.pc.

include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/cohort)

install(TARGETS cohort EXPORT cohort-targets FILE_SET HEADERS)
install(EXPORT cohort-targets NAMESPACE cohort:: DESTINATION ${package_dir})

configure_package_config_file(cmake/cohort-config.cmake.in cohort-config.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(cohort-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/cohort-config.cmake ${PROJECT_BINARY_DIR}/cohort-config-version.cmake
  DESTINATION ${package_dir}
)

# Relative to the .pc file, so that an installed tree may be moved.
file(RELATIVE_PATH pc_prefix /${CMAKE_INSTALL_LIBDIR}/pkgconfig /.)
configure_file(cmake/cohort.pc.in cohort.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/cohort.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

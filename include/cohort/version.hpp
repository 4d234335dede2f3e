// include/cohort/version.hpp                      SPDX-License-Identifier: MIT
#pragma once

// The one place where the version stands: the build and the packages read it from here.
#define COHORT_VERSION_MAJOR 0
#define COHORT_VERSION_MINOR 1
#define COHORT_VERSION_PATCH 0

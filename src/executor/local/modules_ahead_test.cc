// SPDX-License-Identifier: Apache-2.0
#include "executor/local/modules_ahead.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <stdlib.h>

#include "sys/remove_tree.h"

namespace penstock::executor {
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

// A folder with packages that have no contents.
class ModulesAheadTest : public testing::Test {
 protected:
  ModulesAheadTest() {
    std::string name = testing::TempDir() + "penstock-modules-XXXXXX";
    folder_ = ::mkdtemp(name.data());
    for (const char* package :
         {"numpy", "pandas/core", "pandas_profiling", "requests", "sklearn/linear_model",
          "sklearn/utils/fixes", "joblib", "PIL", "google/cloud/storage", "own", "urllib3"}) {
      fs::create_directories(folder_ / package);
    }
    for (const char* file : {"PIL/Image.py", "sklearn/metrics.py"}) std::ofstream(folder_ / file);
  }
  ~ModulesAheadTest() override { EXPECT_TRUE(sys::RemoveTree(folder_)); }

  fs::path folder_;
};

TEST_F(ModulesAheadTest, WellKnownOnesThatTheSourceImportsWithWhatTheyImport) {
  struct Case {
    const char* program;
    Names ahead;
  };
  for (const Case& test : {
           Case{"def f():\n  import pandas as pd", {"numpy", "pandas"}},
           Case{"import numpy\nfrom pandas import x", {"numpy", "pandas"}},
           Case{"from pandas.core import y", {"numpy", "pandas.core"}},
           Case{"from pandas.core.frame import DataFrame", {"numpy", "pandas.core"}},
           Case{"\timport requests, numpy as np,pandas",
                {"urllib3", "requests", "numpy", "pandas"}},
           Case{"from sklearn.linear_model import Ridge  # a model",
                {"numpy", "joblib", "sklearn.linear_model"}},
           Case{"from sklearn import metrics as m, linear_model, clone",
                {"numpy", "joblib", "sklearn", "sklearn.linear_model", "sklearn.metrics"}},
           Case{"from sklearn import (\n  metrics,\n  clone,\n)\nimport requests",
                {"urllib3", "requests", "numpy", "joblib", "sklearn", "sklearn.metrics"}},
           Case{"from PIL import Image", {"PIL", "PIL.Image"}},
           Case{"from google.cloud import storage",
                {"urllib3", "requests", "google.cloud.storage"}},
           Case{"from google.cloud import bigquery", {}},
           Case{"import google", {}},
           Case{"from minio import Minio", {}},  // which is not installed
           Case{"import pandas_profiling", {}},
           Case{"import own", {}},  // which may do anything
           Case{"from . import numpy", {}},
           Case{"x = 'import pandas'", {}},
           Case{"importnumpy\nimport", {}},
           Case{"from", {}},
           Case{"import numpyx\n\timport numpy", {"numpy"}},
           Case{"import numpy; import pandas", {"numpy"}},
       }) {
    EXPECT_EQ(ModulesAhead(test.program, folder_), test.ahead) << test.program;
  }
  EXPECT_EQ(ModulesAhead("import numpy", folder_ / "nothing"), Names());
}

TEST_F(ModulesAheadTest, NoneWhereTheSourceMaySetWhatTheyReadAsTheyAreImported) {
  for (const char* line : {"os.environ['OMP_NUM_THREADS'] = '1'", "open('matplotlibrc', 'w')",
                           "os.environ.update(MPLBACKEND='svg')", "os.environ['HOME'] = '/tmp'"}) {
    EXPECT_EQ(ModulesAhead(std::string(line) + "\nimport numpy", folder_), Names()) << line;
  }
  EXPECT_EQ(ModulesAhead("os.environ['MODE'] = 'x'\nimport numpy", folder_), Names({"numpy"}));
}

TEST(MergeAhead, KeepsTheOrder) {
  EXPECT_EQ(MergeAhead({"requests", "pandas"}, {"numpy", "pandas.core", "pandas"}),
            Names({"requests", "numpy", "pandas", "pandas.core"}));
}

}  // namespace
}  // namespace penstock::executor

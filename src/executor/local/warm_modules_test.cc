// SPDX-License-Identifier: Apache-2.0
// Tasks whose worker has imported what they import.
#include <fstream>
#include <map>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "executor/local/warm_test_base.h"

namespace penstock::executor {
namespace {

namespace fs = std::filesystem;
using engine::TaskOutcome;
using testing::HasSubstr;
using testing::Not;

class WarmAheadTest : public WarmTest {
 protected:
  // Puts packages into the environment of `sdk`, which is made for it.
  void MakePackages(const std::string& sdk, const std::map<std::string, std::string>& packages) {
    const fs::path folder = MakeSdk(sdk, "", kPlainMain);
    for (const auto& entry : fs::directory_iterator(folder / "lib")) {
      for (const auto& [name, code] : packages) {
        const fs::path package = entry.path() / "site-packages" / name;
        fs::create_directories(package);
        std::ofstream(package / "__init__.py") << code;
      }
    }
  }
  // Runs it until it is warm, and its worker has imported `requests` ahead, which it imports.
  std::string PrintedAhead(const std::string& sdk, const std::string& program) {
    const std::string all =
        "import sys\nhidden = {n for f in sys.meta_path for n in getattr(f, 'modules', ())}\n"
        "print('ahead', 'requests' in hidden)\n" +
        program;
    for (int i = 0; i < 150; ++i) {
      const TaskOutcome outcome = this->Run(Component(sdk, all));
      EXPECT_EQ(outcome.kind, TaskOutcome::Kind::kSucceeded) << outcome.message << Log();
      if (Log().find("ahead True") != std::string::npos) return Log();
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    ADD_FAILURE() << "not imported ahead: " << remembering_.Text() << Log();
    return "";
  }
};

TEST_F(WarmAheadTest, AreInATaskWhenItImportsThemAndNotBefore) {
  MakePackages("sdk", {{"requests", R"(
import logging, os, sys, warnings
import requests.part
os.environ["BY_IMPORT"] = "1"
warnings.filterwarnings("ignore", "never said")
warnings.simplefilter("ignore", UnicodeWarning, append=True)
os.makedirs(os.path.expanduser("~/.cache/requests"))
open(os.path.expanduser("~/.cache/requests/list"), "w").write("written" + " " * 200000)
logging.getLogger("requests").warning("said by the import")
logging.getLogger("requests").info("said to nobody")
class Finder:
    def find_spec(self, name, path=None, target=None): return None
sys.meta_path.append(Finder())
)"},
                       {"requests/part", ""},
                       {"yaml", ""}});
  const std::string program = R"(
import os, sys, warnings, importlib.util
def look(when):
    print(when, sorted(n for n in sys.modules if n.startswith(('requests', 'yaml'))), 'BY_IMPORT' in os.environ,
          [f[1] and f[1].pattern for f in warnings.filters].count('never said'),
          [f[2] for f in warnings.filters].index(UnicodeWarning) if UnicodeWarning in [f[2] for f in warnings.filters] else 0,
          os.path.exists(os.path.expanduser('~/.cache')), sum(type(f).__name__ == 'Finder' for f in sys.meta_path))
print(importlib.util.find_spec('requests').name)
look('before')
import requests
look('after')
print(open(os.path.expanduser('~/.cache/requests/list')).read().strip(), requests.__spec__.origin == requests.__file__)
if 0: import yaml
)";
  const std::string log = PrintedAhead("sdk", program);
  EXPECT_THAT(log, HasSubstr("before [] False 0 0 False 0"));
  EXPECT_THAT(log, testing::ContainsRegex(
                       "after \\['requests', 'requests.part'\\] True 1 [1-9][0-9]* True 1"));
  EXPECT_THAT(log, HasSubstr("written True"));
  EXPECT_THAT(log, HasSubstr("said by the import"));
  EXPECT_THAT(log, Not(HasSubstr("said to nobody")));
}

TEST_F(WarmAheadTest, OneThatDoesMoreThanCanBeDoneAgainIsLeftOutAndTheOthersStay) {
  const std::map<std::string, std::pair<std::string, std::string>> groups[] = {
      {{"yaml",
        {"import threading, time\nthreading.Thread(target=time.sleep, args=(99,), "
         "daemon=True).start()",
         "it starts threads"}},
       {"jinja2",
        {"import os\nif os.fork() == 0: os.execvp('sleep', ['sleep', '99'])",
         "it changes processes"}},
       {"tqdm", {"print('hello')", "it writes: hello"}},
       {"pydantic", {"kept = open('/dev/null')", "it changes open files"}},
       {"minio", {"import os; os.symlink('/', '/tmp/link')", "it writes files"}},
       {"boto3", {"import nothing_of_that_name", "it cannot be imported: ModuleNotFoundError"}}},
      {{"yaml", {"import os; os.environ['PATH'] += ':/x'", "it changes variables"}},
       {"jinja2", {"import signal; signal.signal(15, signal.SIG_IGN)", "it changes signals"}},
       {"tqdm", {"import sys; sys.path.append('/x')", "it changes the search for modules"}},
       {"pydantic", {"import logging; logging.getLogger().setLevel(10)", "it changes the log"}},
       {"minio", {"import warnings; warnings.resetwarnings()", "it changes the warnings"}},
       {"boto3", {"import os; os.umask(0)", "it changes the umask"}}}};
  int number = 0;
  for (const auto& group : groups) {
    const std::string sdk = "sdk-" + std::to_string(++number);
    std::map<std::string, std::string> packages = {{"requests", ""}};
    std::string program = "import requests\n";
    for (const auto& [name, harm] : group) {
      packages[name] = harm.first;
      program += "if 0:\n  import " + name + "\n";
    }
    MakePackages(sdk, packages);
    program += "print('hidden', sorted(n for n in hidden if n in " + [&] {
      std::string names = "('requests',";
      for (const auto& [name, harm] : group) names += "'" + name + "',";
      return names + ")";
    }() + "))\n";
    EXPECT_THAT(PrintedAhead(sdk, program), HasSubstr("hidden ['requests']"));
    for (const auto& [name, harm] : group) {
      EXPECT_EQ(remembering_.Count("without " + name + ": " + harm.second), 1)
          << name << remembering_.Text();
    }
  }
}

// What a package has that was imported for somebody else is not what it imports.
TEST_F(WarmAheadTest, WhatOnlyAnotherModuleImportsIsNotInATask) {
  MakePackages("sdk", {{"yaml", "import shared"},
                       {"shared", ""},
                       {"shared/part", ""},
                       {"requests", "import shared.part"}});
  const std::string program = R"(
def look(when): print(when, sorted(n for n in sys.modules if n.startswith('shared')))
import yaml
look('with yaml')
import requests
look('with both')
)";
  const std::string log = PrintedAhead("sdk", program);
  EXPECT_THAT(log, HasSubstr("with yaml ['shared']"));
  EXPECT_THAT(log, HasSubstr("with both ['shared', 'shared.part']"));
}

// It may have come with any of those that import it.
TEST_F(WarmAheadTest, WhatAModuleDoesThatSeveralImportIsDoneForEachOfThem) {
  MakePackages("sdk",
               {{"urllib3", "import warnings\nwarnings.simplefilter('ignore', UnicodeWarning)"},
                {"requests", "import urllib3"},
                {"minio", "import urllib3"}});
  const std::string program = R"(
import warnings
def look(when): print(when, UnicodeWarning in [f[2] for f in warnings.filters])
look('before')
import minio
look('after')
import requests
)";
  const std::string log = PrintedAhead("sdk", program);
  EXPECT_THAT(log, HasSubstr("before False"));
  EXPECT_THAT(log, HasSubstr("after True"));
}

}  // namespace
}  // namespace penstock::executor

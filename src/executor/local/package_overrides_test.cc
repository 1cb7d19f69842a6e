// SPDX-License-Identifier: Apache-2.0
#include "executor/local/package_overrides.h"

#include <gtest/gtest.h>

#include "executor/local/case_file.h"
#include "executor/local/requirement.h"

namespace penstock::executor {
namespace {

const Version kPython311{3, 11, 2};
const Version kPython37{3, 7, 16};

constexpr const char* kFile = R"(
interpreters:
  "3.7": nearest
  python:3.8: ["3.11", nearest]
requirements:
  - replace: Pandas == 1.3.5
    with: pandas==2.2.3
    python: ">=3.9"
  - replace: kfp==2.0.1
    with: [kfp==2.0.1, "setuptools<81"]
  - replace: requests
    with: requests<3
  - {replace: unwanted, with: []}
)";

std::vector<std::string> Applied(const PackageOverrides& overrides, const std::string& requirement,
                                 const Version& python = kPython311) {
  return overrides.Apply(requirement, python).requirements;
}

using Strings = std::vector<std::string>;

TEST(Requirement, HasAProjectAndANormalForm) {
  const auto cases = ReadCases("requirements.txt");
  ASSERT_GT(cases.size(), 10u);
  for (const auto& [requirement, expected] : cases) {
    const std::string project = RequirementProject(requirement);
    EXPECT_EQ(project + (project.empty() ? "| " : " | ") + NormalRequirement(requirement), expected)
        << requirement;
  }
}

TEST(Requirement, CredentialsAreNotShown) {
  const auto cases = ReadCases("credentials.txt");
  ASSERT_GT(cases.size(), 4u);
  for (const auto& [text, expected] : cases) EXPECT_EQ(HideCredentials(text), expected);
}

TEST(PackageOverrides, ReplacesRequirements) {
  PackageOverrides overrides;
  ASSERT_TRUE(overrides.Add(kFile, "o.yaml"));
  EXPECT_EQ(Applied(overrides, "pandas==1.3.5"), Strings{"pandas==2.2.3"});
  EXPECT_EQ(Applied(overrides, "pandas==1.3.5", kPython37), Strings{"pandas==1.3.5"});
  EXPECT_EQ(Applied(overrides, "pandas==1.3.4"), Strings{"pandas==1.3.4"});
  EXPECT_EQ(Applied(overrides, "kfp==2.0.1"), (Strings{"kfp==2.0.1", "setuptools<81"}));
  EXPECT_EQ(Applied(overrides, "Requests>=2"), Strings{"requests<3"});
  EXPECT_EQ(Applied(overrides, "requests-toolbelt"), Strings{"requests-toolbelt"});
  EXPECT_EQ(Applied(overrides, "unwanted==9"), Strings{});
  EXPECT_EQ(Applied(overrides, "./local"), Strings{"./local"});
  const auto replaced = overrides.Apply("pandas==1.3.5", kPython311);
  EXPECT_NE(replaced.note.find("o.yaml"), std::string::npos);
  EXPECT_EQ(overrides.Apply("numpy", kPython311).note, "");
}

TEST(PackageOverrides, MapsInterpreters) {
  PackageOverrides overrides;
  ASSERT_TRUE(overrides.Add(kFile, "o.yaml"));
  EXPECT_EQ(overrides.InterpretersFor("3.7"), Strings{"nearest"});
  EXPECT_EQ(overrides.InterpretersFor("3.8"), (Strings{"3.11", "nearest"}));
  EXPECT_EQ(overrides.InterpretersFor("3.9"), Strings{});
}

TEST(PackageOverrides, LaterFilesAndWholeRequirementsWin) {
  PackageOverrides overrides;
  ASSERT_TRUE(overrides.Add(kFile, "first"));
  ASSERT_TRUE(
      overrides.Add("interpreters: {'3.7': '3.9'}\n"
                    "requirements:\n"
                    "- {replace: pandas==1.3.5, with: pandas==1.5.3}\n"
                    "- {replace: pandas, with: pandas<3}\n",
                    "second"));
  EXPECT_EQ(overrides.InterpretersFor("3.7"), Strings{"3.9"});
  EXPECT_EQ(Applied(overrides, "pandas==1.3.5"), Strings{"pandas==1.5.3"});
  EXPECT_EQ(Applied(overrides, "pandas==1.0"), Strings{"pandas<3"});
}

TEST(PackageOverrides, RefusesWhatItCannotRead) {
  const char* bad[] = {
      "- a list",
      "interpreters: [3.7]",
      "interpreters: {3.7: 3.1}",
      "interpreters: {'3.7': newest}",
      "interpreters: {'3': nearest}",
      "requirements: {pandas: pandas}",
      "requirements: [pandas]",
      "requirements: [{replace: pandas}]",
      "requirements: [{with: pandas}]",
      "requirements: [{replace: pandas, with: 3}]",
      "requirements: [{replace: pandas, with: [3]}]",
      "requirements: [{replace: pandas, with: x, when: y}]",
      "requirements: [{replace: pandas, with: x, python: 3.9}]",
      "requirements: [{replace: pandas, with: x, python: '~=3.9'}]",
      "packages: []",
      "requirements: [",
  };
  for (const char* yaml : bad) {
    PackageOverrides overrides;
    auto added = overrides.Add(yaml, "file.yaml");
    ASSERT_FALSE(added) << yaml;
    EXPECT_EQ(added.error().code(), base::Code::kInvalidArgument) << yaml;
    EXPECT_EQ(added.error().message().find("file.yaml"), 0u) << added.error().message();
  }
  EXPECT_TRUE(PackageOverrides().Add("", "empty"));
  EXPECT_FALSE(PackageOverrides::Load({"/no/such/file"}));
}

}  // namespace
}  // namespace penstock::executor

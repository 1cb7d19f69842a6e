// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace penstock::executor {

// The text of a task's /etc/hosts: our entries first, since the first match counts, then the
// system's. host.docker.internal is this machine unless an entry says otherwise.
// kInvalidArgument where an entry is no name and address.
base::Result<std::string> HostsText(const std::vector<std::pair<std::string, std::string>>& entries,
                                    std::string_view system_hosts, std::string_view hostname);

// The file with the certificates that the system trusts: what SSL_CERT_FILE names, or the usual
// places; "" where there is none.
std::string SystemCertificates(const std::string& ssl_cert_file);

// The certificates of all files in one text. kInvalidArgument names a file that cannot be read or
// holds no PEM certificate.
base::Result<std::string> CombinedCertificates(const std::string& system_file,
                                               const std::vector<std::string>& files);

// The text of a file, at most `limit` bytes of it; "" where it cannot be read.
std::string ReadTextFile(const std::string& path, size_t limit = size_t{16} << 20);

}  // namespace penstock::executor

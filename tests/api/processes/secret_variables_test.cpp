#include "api/processes/secret_variables.h"

#include <doctest/doctest.h>

using ssem::api::processes::is_secret_variable;

TEST_CASE("keys, tokens, passwords and the clouds' credentials are secrets") {
  for (const char* name :
       {"SSEM_API_KEY", "SSEM_API_KEY_FILE", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "HF_TOKEN",
        "github_token", "WANDB_API_KEY", "DB_PASSWORD", "MYSQL_PASSWD", "GOOGLE_APPLICATION_CREDENTIALS",
        "AZURE_CLIENT_ID", "DATABASE_URL", "SENTRY_DSN", "SIGNING_KEY", "DB_PASS"}) {
    CAPTURE(name);
    CHECK(is_secret_variable(name));
  }
}

TEST_CASE("what a launcher, a GPU or a library needs is none") {
  for (const char* name : {"PATH",
                           "HOME",
                           "USER",
                           "LANG",
                           "TMPDIR",
                           "SLURM_JOB_ID",
                           "SLURM_CONF",
                           "CUDA_VISIBLE_DEVICES",
                           "NVIDIA_VISIBLE_DEVICES",
                           "OMP_NUM_THREADS",
                           "KMP_BLOCKTIME",
                           "MKL_NUM_THREADS",
                           "LD_LIBRARY_PATH",
                           "LD_PRELOAD",
                           "MODULEPATH",
                           "KRB5CCNAME",
                           "SSH_AUTH_SOCK",
                           "SSEM_TRAIN",
                           "SSEM_JOB",
                           "XDG_RUNTIME_DIR",
                           "SSH_ASKPASS",
                           "KEYBOARD"}) {
    CAPTURE(name);
    CHECK_FALSE(is_secret_variable(name));
  }
}

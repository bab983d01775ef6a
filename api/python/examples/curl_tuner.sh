#!/usr/bin/env bash
# A tuner in bash and curl. Usage: curl_tuner.sh URL
set -euo pipefail
url=$1

post() { curl -fsS -H 'Content-Type: application/json' -d "$2" "$url$1"; }
field() { python3 -c 'import functools, json, sys; print(functools.reduce(lambda v, k: v[int(k) if k.isdigit() else k], sys.argv[1].split("."), json.load(sys.stdin)))' "$1"; }

study=$(post /api/v1/studies '{"problem":{"classes":10,"batch_size":512},"directions":["maximize"]}' | field study_id)
for ((i = 0; i < 8; i++)); do
  trial=$(post "/api/v1/studies/$study/ask" '{"client_id":"bash","lease_s":600}')
  id=$(field trial_id <<< "$trial")
  loss_weight=$(field params.loss_weight <<< "$trial")
  temperature=$(field params.temperature <<< "$trial")
  # Here your training would run; the stand-in likes low temperatures.
  value=$(python3 -c "print(1 - $temperature)")
  post "/api/v1/trials/$id/report" "{\"step\":1,\"value\":$value}" > /dev/null
  post "/api/v1/trials/$id/tell" "{\"values\":[$value]}" > /dev/null
  echo "trial $i: loss_weight $loss_weight temperature $temperature value $value"
done
echo "best: $(curl -fsS "$url/api/v1/studies/$study/best-trials" | field trials.0.values.0)"

#!/bin/bash
# Imports a disk image, waits, exports it as qcow2 and downloads it: with curl and an access key, nothing else.
# usage: import-with-curl.sh FILE NAME OUTPUT
# env: TINTYPE_ENDPOINT, TINTYPE_OBS_ENDPOINT, HUAWEICLOUD_ACCESS_KEY, HUAWEICLOUD_SECRET_KEY, BUCKET (default curl-example)
set -euo pipefail
file=$1 name=$2 output=$3
endpoint=${TINTYPE_ENDPOINT:-http://127.0.0.1:9292}
buckets=${TINTYPE_OBS_ENDPOINT:-http://127.0.0.1:9293}
bucket=${BUCKET:-curl-example}
hash() { openssl dgst -sha256 -r | cut -d' ' -f1; }
hmac() { openssl dgst -sha256 -r -hmac "$HUAWEICLOUD_SECRET_KEY" | cut -d' ' -f1; }

# call METHOD BASE PATH QUERY BODY [curl arguments]: signs with SDK-HMAC-SHA256. The paths here need no percent-encoding.
call() {
  local method=$1 base=$2 path=$3 query=$4 body=$5 date payload canonical signed signature
  shift 5
  date=$(date -u +%Y%m%dT%H%M%SZ)
  signed="x-sdk-date"
  local headers="x-sdk-date:$date"$'\n'
  if [ "$body" = UNSIGNED-PAYLOAD ]; then
    payload=UNSIGNED-PAYLOAD
    signed="x-sdk-content-sha256;x-sdk-date"
    headers="x-sdk-content-sha256:$payload"$'\n'"$headers"
    set -- -H "X-Sdk-Content-Sha256: $payload" "$@"
  else
    payload=$(printf %s "$body" | hash)
    [ -z "$body" ] || set -- --data-binary "$body" -H "Content-Type: application/json" "$@"
  fi
  canonical="$method"$'\n'"${path%/}/"$'\n'"$query"$'\n'"$headers"$'\n'"$signed"$'\n'"$payload"
  signature=$(printf 'SDK-HMAC-SHA256\n%s\n%s' "$date" "$(printf %s "$canonical" | hash)" | hmac)
  curl -sS --fail-with-body -X "$method" -H "X-Sdk-Date: $date" \
    -H "Authorization: SDK-HMAC-SHA256 Access=$HUAWEICLOUD_ACCESS_KEY, SignedHeaders=$signed, Signature=$signature" \
    "$@" "$base$path${query:+?$query}"
}
field() { grep -o "\"$1\":\"[^\"]*\"" | head -n 1 | cut -d'"' -f4; }

# Waits for a job and prints the image it was about.
wait_for() {
  local answer status
  while :; do
    answer=$(call GET "$endpoint" "/v1/cloudimages/job/$1" "" "")
    status=$(printf %s "$answer" | field status)
    case $status in
    SUCCESS) printf %s "$answer" | field image_id && return ;;
    FAIL) echo "$answer" >&2 && return 1 ;;
    esac
    sleep 1
  done
}

call PUT "$buckets" "/$bucket" "" "" >/dev/null
call PUT "$buckets" "/$bucket/upload.img" "" UNSIGNED-PAYLOAD -T "$file" >/dev/null
job=$(call POST "$endpoint" /v2/cloudimages/action "" "{\"name\":\"$name\",\"image_url\":\"$bucket:upload.img\",\"min_disk\":40}" | field job_id)
image=$(wait_for "$job")
echo "image $image is active" >&2
job=$(call POST "$endpoint" "/v1/cloudimages/$image/file" "" "{\"bucket_url\":\"$bucket:export.qcow2\",\"file_format\":\"qcow2\"}" | field job_id)
wait_for "$job" >/dev/null
call GET "$buckets" "/$bucket/export.qcow2" "" "" -o "$output"
for object in upload.img export.qcow2; do call DELETE "$buckets" "/$bucket/$object" "" ""; done
call DELETE "$buckets" "/$bucket" "" ""
echo "$image"

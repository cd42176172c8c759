#!/usr/bin/env bash
# run.sh check|report|verify: one command of hushcount with the inputs of the action, which come as environment variables.
# Ends with hushcount's own exit status; where that is not 0, the job's summary says what it means.
set -euo pipefail

command=$1
options=(--message-format "$MESSAGE_FORMAT")
paths=("$OUT")

# The lines of an input, without the blanks around them and without empty ones.
lines() { sed -E 's/^[[:space:]]+//; s/[[:space:]]+$//; /^$/d' <<< "$1"; }

if [ "$command" != verify ]; then
  options+=(--policy "$POLICY" --out "$OUT")
  if [ -n "$PERIOD" ]; then options+=(--period "$PERIOD"); fi
  if [ -n "$PUBLISH_ON" ]; then options+=(--publish-on "$PUBLISH_ON"); fi
  if [ -n "$KEY" ]; then options+=(--key "$KEY"); fi
  while IFS= read -r directory; do options+=(--against "$directory"); done < <(lines "$AGAINST")
  # Patterns stay as they are: hushcount reads them itself, so a blank in a file's name does no harm.
  mapfile -t paths < <(lines "$LOGS")
fi

status=0
hushcount "$command" "${options[@]}" -- "${paths[@]}" || status=$?

case $status in
  0) exit 0 ;;
  1) meaning="refused: a decision of hushcount. Trying again changes nothing; the step's messages say what would pass." ;;
  2) meaning="failed: bad input, or something could not be read or written. The step's messages say where." ;;
  *) meaning="which is not one of its own: it was stopped, or another program ran." ;;
esac
# shellcheck disable=SC2016
printf '### No transparency report\n\n`hushcount %s` ended with status %s, %s\n' "$command" "$status" "$meaning" \
  >> "$GITHUB_STEP_SUMMARY"
exit "$status"

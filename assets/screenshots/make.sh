#!/usr/bin/env bash
# Takes the pictures of README and guide from the gallery, which the tests compare with what the windows draw.
set -euo pipefail
cd "$(dirname "$0")/../../desktop/internal/ui"
to=../../../assets/screenshots
cp popup/testdata/gallery/popup-five-ko-light.png "$to/popup.png"
cp popup/testdata/gallery/popup-lost-ko-light.png "$to/lost.png"
cp history/testdata/gallery/history-three-ko-light.png "$to/history.png"
cp settings/testdata/gallery/settings-connection-ko-light.png "$to/settings.png"
cp settings/testdata/gallery/settings-alarm-tried-ko-light.png "$to/test.png"

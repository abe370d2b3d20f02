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

# Those of the pages come from a browser: JUMUN_TEST_PAGE_SHOTS=FOLDER make test-page, and then this with the same variable.
if [ -n "${JUMUN_TEST_PAGE_SHOTS:-}" ]; then
	cp "$JUMUN_TEST_PAGE_SHOTS/ko-order.png" "$to/receiver.png"
	cp "$JUMUN_TEST_PAGE_SHOTS/console-marts-light-1280.png" "$to/console.png"
fi

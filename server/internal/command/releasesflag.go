package command

import "jumun/server/internal/releases"

// openReleases opens the folder of the app's versions; nil if there is none.
func openReleases(path string) (*releases.Folder, error) {
	if path == "" {
		return nil, nil
	}
	folder, err := releases.Open(path)
	if err != nil {
		return nil, advise(err, "name the folder of the app's versions with --releases", "--releases에 앱 버전 폴더를 지정하세요")
	}
	return folder, nil
}

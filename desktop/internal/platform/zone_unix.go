//go:build unix

package platform

import "os"

// localtime is what package time reads, if TZ is not set. Its content is compared, since some systems
// replace the link and others the file.
const localtime = "/etc/localtime"

func readZone() (string, error) {
	if _, set := os.LookupEnv("TZ"); set {
		return "", nil
	}
	data, err := os.ReadFile(localtime)
	return string(data), err
}

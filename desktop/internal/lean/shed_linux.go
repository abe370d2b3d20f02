package lean

import (
	"bufio"
	"io"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// shed unmaps the pages of our own executable's code and constants. They stay in the
// page cache for as long as nobody needs the memory more (madvise(2), MADV_DONTNEED).
func shed() {
	self, err := os.Readlink("/proc/self/exe")
	if err != nil {
		return // it stays bigger, which is no harm
	}
	smaps, err := os.Open("/proc/self/smaps")
	if err != nil {
		return
	}
	defer smaps.Close()
	for _, a := range clean(smaps, self) {
		// The executable is never unmapped. Of an error, memory that is not given back is all.
		_, _, _ = unix.Syscall(unix.SYS_MADVISE, a.from, a.to-a.from, unix.MADV_DONTNEED)
	}
}

// An area is a range of addresses.
type area struct{ from, to uintptr }

// clean are the areas of smaps (proc_pid_smaps(5)) that hold the file self and nothing
// else: not writable now, and without a page that was when the linker filled it in. Such a
// page would be lost.
func clean(smaps io.Reader, self string) (areas []area) {
	var now area // zero: one that must stay
	for lines := bufio.NewScanner(smaps); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		switch {
		case len(fields) < 2:
		case len(fields) >= 6 && strings.Contains(fields[0], "-"):
			now = area{}
			if fields[1] == "r--p" || fields[1] == "r-xp" {
				if strings.HasSuffix(lines.Text(), " "+self) {
					now = addresses(fields[0])
				}
			}
		case fields[0] == "Anonymous:" && fields[1] == "0" && now != (area{}):
			areas = append(areas, now)
		}
	}
	return areas
}

// addresses reads 00400000-00452000. The zero area is what cannot be read.
func addresses(text string) area {
	low, high, _ := strings.Cut(text, "-")
	from, err := strconv.ParseUint(low, 16, 64)
	if err != nil {
		return area{}
	}
	to, err := strconv.ParseUint(high, 16, 64)
	if err != nil || to <= from {
		return area{}
	}
	return area{uintptr(from), uintptr(to)}
}

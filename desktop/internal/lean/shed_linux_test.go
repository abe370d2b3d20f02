package lean

import (
	"bufio"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// resident is how much of our own executable's constants and code is in memory, in kB.
func resident(t *testing.T) (kb int) {
	t.Helper()
	self, err := os.Readlink("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	smaps, err := os.Open("/proc/self/smaps")
	if err != nil {
		t.Fatal(err)
	}
	defer smaps.Close()
	ours := false
	for lines := bufio.NewScanner(smaps); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		switch {
		case len(fields) > 1 && strings.Contains(fields[0], "-"):
			ours = strings.HasSuffix(lines.Text(), self) && !strings.Contains(fields[1], "w")
		case ours && fields[0] == "Rss:":
			n, err := strconv.Atoi(fields[1])
			if err != nil {
				t.Fatal(err)
			}
			kb += n
		}
	}
	return kb
}

func TestRestShrinksTheProcessAndHarmsNothing(t *testing.T) {
	before := resident(t)
	Rest()
	if after := resident(t); after > before*3/4 {
		t.Errorf("%d kB of the executable before, %d kB after", before, after)
	}
	for range 3 { // the code and what it needs is there
		Rest()
		if s := strings.Repeat("주문", 3); len(s) != 18 {
			t.Errorf("%q", s)
		}
	}
}

const (
	exe = "/usr/bin/jumun"
	rss = "Rss:    8 kB\nAnonymous:    "
)

func TestClean(t *testing.T) {
	want := []area{{0x400000, 0x402000}}
	tests := []struct {
		name, smaps string
		want        []area
	}{
		{"code", "00400000-00402000 r-xp 00001000 08:01 17 " + exe + "\n" + rss + "0 kB\n", want},
		{"constants", "00400000-00402000 r--p 00001000 08:01 17 " + exe + "\n" + rss + "0 kB\n", want},
		{"constants that the linker filled in", "00400000-00402000 r--p 00001000 08:01 17 " + exe + "\n" + rss + "4 kB\n", nil},
		{"data", "00400000-00402000 rw-p 00001000 08:01 17 " + exe + "\n" + rss + "0 kB\n", nil},
		{"a library", "00400000-00402000 r-xp 00001000 08:01 17 /lib/libc.so.6\n" + rss + "0 kB\n", nil},
		{"data after code", "00400000-00402000 r-xp 0 08:01 17 " + exe + "\n" + rss + "0 kB\n00402000-00403000 rw-p 0 08:01 17 " + exe + "\n" + rss + "0 kB\n", want},
		{"an executable that was replaced", "00400000-00402000 r-xp 0 08:01 17 " + exe + " (deleted)\n" + rss + "0 kB\n", nil},
		{"no addresses", "x-y r-xp 0 08:01 17 " + exe + "\n" + rss + "0 kB\n", nil},
		{"nothing", "", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := clean(strings.NewReader(tt.smaps), exe); !slices.Equal(got, tt.want) {
				t.Errorf("%x", got)
			}
		})
	}
}

func FuzzClean(f *testing.F) {
	f.Add("00400000-00402000 r-xp 00001000 08:01 17 " + exe + "\n" + rss + "0 kB\n")
	f.Add("-\n\x00 r--p - - - -\nAnonymous: 0\n")
	f.Fuzz(func(t *testing.T, smaps string) {
		for _, a := range clean(strings.NewReader(smaps), exe) {
			if a.from >= a.to {
				t.Fatalf("%x", a)
			}
		}
	})
}

func BenchmarkRest(b *testing.B) {
	for b.Loop() {
		Rest()
	}
}

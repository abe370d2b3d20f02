//go:build linux

package main

import (
	"testing"
	"time"
)

func TestNumbersAreToldToThreeDigits(t *testing.T) {
	tests := []struct{ got, want string }{
		{size(0), "0.00 B"},
		{size(999), "999 B"},
		{size(1000), "1.00 KB"},
		{size(24_321), "24.3 KB"},
		{size(2_190_000), "2.19 MB"},
		{size(5e12), "5000 GB"},
		{took(0), "–"},
		{took(1_690 * time.Microsecond), "1.69 ms"},
		{took(999 * time.Millisecond), "999 ms"},
		{took(2780 * time.Millisecond), "2.78 s"},
	}
	for _, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("%q, want %q", tt.got, tt.want)
		}
	}
}

func TestTheReportIsTwoTables(t *testing.T) {
	r := result{
		Way: "SSE", P50: 1690 * time.Microsecond, P99: 9220 * time.Microsecond, Lost: 1, Memory: 1500,
		Busy: cost{12.34, 1.5, 0.25, 128_000}, Quiet: cost{0, 0.5, 0, 540},
	}
	want := `2000 devices in as many marts, 20 orders/s for 30s:

|  | requests/s | server CPU | Redis CPU | bytes a device and hour | delay p50 | delay p99 | lost |
|---|---:|---:|---:|---:|---:|---:|---:|
| SSE | 12.3 | 1.50 % | 0.25 % | 128 KB | 1.69 ms | 9.22 ms | 1 |

The same devices, and no orders:

|  | requests/s | server CPU | Redis CPU | bytes a device and hour | server RSS a device |
|---|---:|---:|---:|---:|---:|
| SSE | 0.0 | 0.50 % | 0.00 % | 540 B | 1.50 KB |
`
	if got := report(plan{devices: 2000, rate: 20, lasts: 30 * time.Second}, []result{r}); got != want {
		t.Error(got)
	}
}

func TestACostIsOfTheTimeBetweenTwoReadings(t *testing.T) {
	at := time.Unix(1_800_000_000, 0)
	before := reading{at, time.Second, 2 * time.Second, 100, 5000}
	after := reading{at.Add(36 * time.Second), 19 * time.Second, 2*time.Second + 360*time.Millisecond, 172, 6000}
	want := cost{Requests: 2, Server: 50, Redis: 1, Bytes: 10_000}
	if got := after.since(before, 10); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

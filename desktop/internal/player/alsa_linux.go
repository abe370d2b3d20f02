package player

/*
#cgo LDFLAGS: -lasound
#include <alsa/asoundlib.h>

// ALSA prints some lines about each attempt to open a device that is missing, and there is an attempt every few
// seconds until there is one: megabytes a day in the log. What it says is in the errors, too.
static void ignore(const char *file, int line, const char *function, int err, const char *fmt, ...) {}
__attribute__((constructor)) static void ignore_errors(void) { snd_lib_error_set_handler(ignore); }

// open_mixer opens the mixer of the card that ALSA plays on by default.
static snd_mixer_t *open_mixer(void) {
	snd_mixer_t *m;
	if (snd_mixer_open(&m, 0) < 0) return NULL;
	if (snd_mixer_attach(m, "default") < 0 || snd_mixer_selem_register(m, NULL, NULL) < 0 || snd_mixer_load(m) < 0) {
		snd_mixer_close(m);
		return NULL;
	}
	return m;
}

static snd_mixer_elem_t *find(snd_mixer_t *m, const char *name) {
	snd_mixer_selem_id_t *id;
	snd_mixer_selem_id_alloca(&id);
	snd_mixer_selem_id_set_name(id, name);
	return snd_mixer_find_selem(m, id);
}

// read_control reads the first channel. The dB are in hundredths; it returns whether they are known.
static int read_control(snd_mixer_elem_t *e, int *on, long *value, long *most, long *dB, long *mostDB) {
	long least;
	*on = 1, *value = *most = 0;
	if (snd_mixer_selem_has_playback_switch(e)) snd_mixer_selem_get_playback_switch(e, SND_MIXER_SCHN_FRONT_LEFT, on);
	if (!snd_mixer_selem_has_playback_volume(e)) return 0;
	snd_mixer_selem_get_playback_volume_range(e, &least, most);
	snd_mixer_selem_get_playback_volume(e, SND_MIXER_SCHN_FRONT_LEFT, value);
	*value -= least, *most -= least;
	return snd_mixer_selem_get_playback_dB_range(e, &least, mostDB) == 0 &&
	       snd_mixer_selem_get_playback_dB(e, SND_MIXER_SCHN_FRONT_LEFT, dB) == 0;
}
*/
import "C"

import (
	"math"
	"unsafe"
)

// An alsaMixer asks the mixer of ALSA's default card, where there is no sound server. It knows
// nothing of a card without one, and of a sound that goes to another card.
type alsaMixer struct{ absent bool } // absent: it could not be opened, and is not asked again

// elements are the controls of a card that each sound passes. Others belong to one socket:
// headphones may be off for good reason.
var elements = []string{"Master", "PCM"}

// controls returns the controls as they are. They cannot be set: the card may have others, and
// raising some of them is a promise that we could not keep.
func (a *alsaMixer) controls() []control {
	if a.absent {
		return nil
	}
	m := C.open_mixer()
	if a.absent = m == nil; a.absent {
		return nil
	}
	defer C.snd_mixer_close(m)
	var all []control
	for i, name := range elements {
		if c, ok := readElement(m, name); ok {
			c.id = controlID{"alsa", uint32(i)}
			all = append(all, c)
		}
	}
	return all
}

func readElement(m *C.snd_mixer_t, name string) (control, bool) {
	text := C.CString(name)
	defer C.free(unsafe.Pointer(text))
	e := C.find(m, text)
	if e == nil {
		return control{}, false
	}
	var on C.int
	var value, most, dB, mostDB C.long
	c := control{level: 1}
	hasDB := C.read_control(e, &on, &value, &most, &dB, &mostDB) != 0
	switch {
	case most == 0: // no volume: only a switch
	case value == 0 || !hasDB:
		c.level = float64(value) / float64(most)
	default: // as alsamixer shows it: 60 dB less are a tenth
		c.level = math.Pow(10, float64(dB-mostDB)/6000)
	}
	c.muted = on == 0
	return c, true
}

"""Tests of training again: what comes out is judged, and what is run can do no harm."""

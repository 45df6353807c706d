"""HDF5 files byte for byte: what each byte says, or that it says nothing.

The HDF Group's "HDF5 File Format Specification, Version 3.0" (https://support.hdfgroup.org, documentation of
HDF5, ``_f_m_t3.html``) is meant where modules of this room name a section. Nothing is decoded by the library.
"""

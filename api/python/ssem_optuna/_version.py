"""The version of ssem that this package belongs to; tests/style/version_check.py holds it to the one in CMakeLists.txt."""
__version__ = "0.1.0"
